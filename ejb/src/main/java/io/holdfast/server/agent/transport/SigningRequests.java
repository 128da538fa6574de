package io.holdfast.server.agent.transport;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Certificate signing requests of agents. Only the key is taken; names come from the server. */
final class SigningRequests {
  private static final int MAX_BYTES = 16 << 10;
  private static final int MIN_EC_BITS = 256;
  private static final int MIN_RSA_BITS = 2048;

  private SigningRequests() {}

  /** The public key whose private half signed the request; INVALID_VALUE. */
  static PublicKey provenKey(ByteString request) {
    if (request.isEmpty() || request.size() > MAX_BYTES) {
      throw invalid(null);
    }
    try {
      JcaPKCS10CertificationRequest csr = new JcaPKCS10CertificationRequest(request.toByteArray());
      PublicKey key = csr.getPublicKey();
      if (!csr.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))
          || !isStrong(key)) {
        throw invalid(null);
      }
      return key;
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  private static boolean isStrong(PublicKey key) {
    if (key instanceof ECPublicKey curve) {
      return curve.getParams().getOrder().bitLength() >= MIN_EC_BITS;
    }
    return key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
  }

  private static BackupException invalid(Exception cause) {
    return BackupException.causedBy(
        cause,
        ErrorCode.INVALID_VALUE,
        "field",
        "certificate_signing_request",
        "value",
        "PKCS#10",
        "expected",
        "A signed PKCS#10 request for an EC (256 bit) or RSA (2048 bit) key.");
  }
}
