package io.holdfast.server.agent;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an agent that enrols has shown about who it is, beside its access key (AGT-05).
 *
 * @param keyHash {@link #hashOf} the key it has proven to hold
 * @param certified the agent its client certificate names; empty: it came without one
 */
public record AgentProof(String keyHash, Optional<AgentId> certified) {
  /** SHA-256 of a public key in its standard encoding, in hexadecimal. */
  public static String hashOf(PublicKey key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing in this JDK", e);
    }
  }

  /** Whether an agent that is known already is the one that shows this. */
  boolean isOf(Agent known) {
    return certified.filter(known.id()::equals).isPresent()
        || known.keyHash().filter(keyHash::equals).isPresent();
  }
}
