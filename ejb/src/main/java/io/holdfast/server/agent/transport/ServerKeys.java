package io.holdfast.server.agent.transport;

import io.holdfast.server.agent.CertificateAuthority;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents the server's certificate with its CA, asked of the authority at each handshake, so that
 * a renewed one is used without a restart. Thread-safe.
 */
final class ServerKeys extends X509ExtendedKeyManager {
  private static final String ALIAS = "server";
  private final CertificateAuthority authority;

  ServerKeys(CertificateAuthority authority) {
    this.authority = authority;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {
      authority.serverIdentity().certificate(), authority.certificate()
    };
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return authority.serverIdentity().key();
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return ofOurType(keyType);
  }

  @Override
  public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return ofOurType(keyType);
  }

  private static String ofOurType(String keyType) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }
}
