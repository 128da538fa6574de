package io.holdfast.batch.transfer;

import java.time.Duration;
import java.util.Optional;

/** What a transfer that waits for its agent looks at from time to time. Asks no database. */
interface TransferPatience {
  /** How long to wait before a look that counts as so much. */
  default Duration wait(Duration look) {
    return look;
  }

  /** Whether the task is to stop or a sibling has failed: waiting has no point any more. */
  boolean isOver();

  /** How long a speed limit may hold an extent back (OPT-10, OPT-11); empty: without end. */
  Optional<Duration> mayHoldBack();
}
