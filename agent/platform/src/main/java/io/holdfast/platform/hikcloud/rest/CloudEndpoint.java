package io.holdfast.platform.hikcloud.rest;

/**
 * Where the compute platform listens (RES-02).
 *
 * @param host IP address or domain name
 * @param port 30188 or what the user set
 * @param tls HTTPS
 * @param accessKey the Access Key; the Secret Key is not kept here
 */
public record CloudEndpoint(String host, int port, boolean tls, String accessKey) {
  /** {@code host:port}, as messages name it. */
  public String authority() {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }

  String base() {
    return (tls ? "https://" : "http://") + authority();
  }
}
