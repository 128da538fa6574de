package io.holdfast.agent.enrolment;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.spec.ECNamedCurveParameterSpec;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Key pairs on P-256 and PKCS#10 requests for them. */
final class SigningRequest {
  private static final String CURVE = "secp256r1";

  private SigningRequest() {}

  /** The kept key pair of this agent, or a new one that is kept before it is used. */
  static KeyPair keyPair(StateFolder state) {
    return Identity.loadKey(state)
        .map(key -> new KeyPair(publicKeyOf(key), key))
        .orElseGet(
            () -> {
              KeyPair made = generate();
              Identity.storeKey(state, made.getPrivate());
              return made;
            });
  }

  /** A request in DER for the certificate CN=agent id, OU=agent. */
  static byte[] encoded(KeyPair keys, UUID agentId) {
    try {
      return new JcaPKCS10CertificationRequestBuilder(
              new X500Principal("CN=" + agentId + ", OU=agent"), keys.getPublic())
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException | IOException failed) {
      throw new IllegalStateException("cannot sign a certificate request", failed);
    }
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The public key follows from the private one: only that is kept. */
  private static PublicKey publicKeyOf(PrivateKey key) {
    ECPrivateKey secret = (ECPrivateKey) key;
    ECNamedCurveParameterSpec curve = ECNamedCurveTable.getParameterSpec(CURVE);
    ECPoint point = curve.getG().multiply(secret.getS()).normalize();
    java.security.spec.ECPoint affine =
        new java.security.spec.ECPoint(
            point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new java.security.spec.ECPublicKeySpec(affine, secret.getParams()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
