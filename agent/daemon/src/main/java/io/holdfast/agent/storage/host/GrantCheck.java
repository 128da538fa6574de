package io.holdfast.agent.storage.host;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;

/**
 * Believes grants that the server's CA has signed for this agent and the calling peer, as long as
 * they last. Thread-safe.
 */
public final class GrantCheck {
  private static final byte[] LABEL =
      "holdfast storage grant 1".getBytes(StandardCharsets.US_ASCII);
  private static final String ALGORITHM = "SHA256withECDSA";

  private final CurrentIdentity identity;
  private final String agentId;
  private final Clock clock;

  /**
   * @param identity whose CA signs
   * @param agentId of this agent
   */
  public GrantCheck(CurrentIdentity identity, String agentId, Clock clock) {
    this.identity = identity;
    this.agentId = agentId;
    this.clock = clock;
  }

  /**
   * The grant.
   *
   * @param peer common name of the caller's certificate
   * @throws BackupException STORAGE_REFUSED saying why
   */
  StorageGrant check(String peer, SignedGrant signed) {
    if (!isSigned(signed)) {
      throw refused(peer, "the grant is not signed by the server");
    }
    try {
      StorageGrant grant = StorageGrant.parseFrom(signed.getGrant());
      if (!grant.getStorageAgentId().equals(agentId)) {
        throw refused(peer, "the grant is for storage agent " + grant.getStorageAgentId());
      }
      if (!grant.getPeerAgentId().equals(peer)) {
        throw refused(peer, "the grant is for agent " + grant.getPeerAgentId());
      }
      if (clock.millis() > grant.getExpiresEpochMillis()) {
        throw refused(peer, "the grant has expired; compare the clocks of server and agent");
      }
      return grant;
    } catch (InvalidProtocolBufferException unreadable) {
      throw refused(peer, "the grant is unreadable");
    }
  }

  private boolean isSigned(SignedGrant signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(identity.get().authority().getPublicKey());
      signature.update(LABEL);
      signature.update(signed.getGrant().asReadOnlyByteBuffer());
      return signature.verify(signed.getSignature().toByteArray());
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** STORAGE_REFUSED. */
  BackupException refused(String peer, String why) {
    return BackupException.of(
        ErrorCode.STORAGE_REFUSED, "agent", agentId, "peer", peer, "cause", why);
  }
}
