package io.holdfast.platform.h3ccas.rest;

/**
 * Where a CVM listens.
 *
 * @param host IP address or domain name
 * @param port 8080, 8443 with TLS, 80, 443 (CAS-10) or what the user set
 * @param tls HTTPS
 * @param user the account; the password is not kept here
 */
public record CasEndpoint(String host, int port, boolean tls, String user) {
  /** {@code host:port}, as messages name it. */
  public String authority() {
    return bracketed() + ":" + port;
  }

  String base() {
    return (tls ? "https://" : "http://") + authority();
  }

  private String bracketed() {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
