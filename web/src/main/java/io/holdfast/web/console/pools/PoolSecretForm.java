package io.holdfast.web.console.pools;

import io.holdfast.server.pool.PoolKey;
import io.holdfast.server.pool.PoolKeyKind;
import io.holdfast.web.console.layout.Feedback;
import java.io.Serializable;
import java.util.Optional;

/** The inputs for a secret of a pool (OPT-17); what was typed lives as long as the request. */
public class PoolSecretForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private PoolKeyKind kind;
  private transient String secret;
  private transient String again;

  /** Empty inputs. */
  public void clear(PoolKeyKind preset) {
    kind = preset;
    secret = null;
    again = null;
  }

  /** What was entered; empty when nothing is asked for. */
  Optional<PoolKey> key() {
    return Optional.ofNullable(kind).map(one -> new PoolKey(one, secret == null ? "" : secret));
  }

  /** Whether a new passphrase was typed twice alike; the reader is told when not. */
  boolean agrees(Feedback feedback) {
    boolean agrees =
        kind != PoolKeyKind.PASSPHRASE
            || secret == null
            || secret.isEmpty()
            || secret.equals(again);
    if (!agrees) {
      feedback.refuse("again", "pools.secret.differs");
    }
    return agrees;
  }

  public PoolKeyKind getKind() {
    return kind;
  }

  public void setKind(PoolKeyKind kind) {
    this.kind = kind;
  }

  /** Whether the secret is typed without being seen. */
  public boolean isHidden() {
    return kind == PoolKeyKind.PASSPHRASE;
  }

  public String getSecret() {
    return secret;
  }

  public void setSecret(String secret) {
    this.secret = secret;
  }

  public String getAgain() {
    return again;
  }

  public void setAgain(String again) {
    this.again = again;
  }
}
