package io.holdfast.agent.enrolment;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The certificate shown to peers, in both directions. It can be replaced while connections and the
 * control server are open: the next handshake uses the new one. Thread-safe.
 */
public final class CurrentIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "agent";

  private volatile Identity identity;

  public CurrentIdentity(Identity identity) {
    this.identity = identity;
  }

  public Identity get() {
    return identity;
  }

  void replace(Identity renewed) {
    identity = renewed;
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
    return forKeyType(keyType);
  }

  @Override
  public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return forKeyType(keyType);
  }

  private static String forKeyType(String keyType) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identity.chain().toArray(new X509Certificate[0]);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity.key();
  }
}
