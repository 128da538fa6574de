package io.holdfast.server.security;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A request of the server to itself, without any credential and without following redirects. It
 * carries and believes nothing but a status, so any certificate will do.
 */
final class AnonymousRequest {
  private static final String PAGE = "/holdfast/console/overview/overview.xhtml";
  private static final int TIMEOUT_MILLIS = 10_000;

  private AnonymousRequest() {}

  /** A constrained page of this server, as the server reaches it itself. */
  static URI consoleUrl() {
    int port =
        Integer.getInteger("jboss.https.port", 8443)
            + Integer.getInteger("jboss.socket.binding.port-offset", 0);
    String bound = System.getProperty("jboss.bind.address", "127.0.0.1");
    String host = "0.0.0.0".equals(bound) || "::".equals(bound) ? "127.0.0.1" : bound;
    String inUrl = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return URI.create("https://" + inUrl + ":" + port + PAGE);
  }

  static int status(URI url) throws IOException {
    HttpsURLConnection connection = (HttpsURLConnection) url.toURL().openConnection();
    try {
      connection.setSSLSocketFactory(context().getSocketFactory());
      connection.setHostnameVerifier((name, session) -> true);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  private static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS is missing in this JDK", e);
    }
  }

  /** For asking oneself for a status; nothing is sent that could be stolen. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
