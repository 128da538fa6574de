package io.holdfast.server.agent.transport;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as gRPC's credentials read them. */
final class TlsTexts {
  private TlsTexts() {}

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static InputStream key(KeyPair keys) {
    return stream(pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  static InputStream certificate(X509Certificate certificate) {
    try {
      return chain(List.of(certificate.getEncoded()));
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Certificates in DER, leaf first. */
  static InputStream chain(List<byte[]> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(der -> text.append(pem("CERTIFICATE", der)));
    return stream(text.toString());
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
