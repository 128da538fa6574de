package io.holdfast.pool.key;

import io.holdfast.pool.document.KeySlotKind;
import java.util.Optional;

/** What can open an encrypted pool. The names are those of the messages' terms. */
public enum SecretKind {
  PASSPHRASE(KeySlotKind.KEY_SLOT_PASSPHRASE),
  KEY_FILE(KeySlotKind.KEY_SLOT_FILE),
  RECOVERY_KEY(KeySlotKind.KEY_SLOT_RECOVERY);

  private final KeySlotKind stored;

  SecretKind(KeySlotKind stored) {
    this.stored = stored;
  }

  KeySlotKind stored() {
    return stored;
  }

  /** Empty for a kind of a later release. */
  static Optional<SecretKind> of(KeySlotKind stored) {
    for (SecretKind kind : values()) {
      if (kind.stored == stored) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
