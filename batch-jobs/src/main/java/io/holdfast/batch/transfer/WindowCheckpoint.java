package io.holdfast.batch.transfer;

import jakarta.batch.api.chunk.CheckpointAlgorithm;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Ends a window after {@value #EXTENTS} extents or, when a speed limit or a slow platform makes
 * them take long, after some seconds: progress is seen and a stop heard in time. The engine's own
 * time limit starts a thread for every window. One instance a partition; used by its thread only.
 */
@Dependent
@Named("windowCheckpoint")
public class WindowCheckpoint implements CheckpointAlgorithm {
  /** Extents of a full window. */
  static final int EXTENTS = 64;

  /** The age at which a window ends early. */
  static final Duration LONGEST = Duration.ofSeconds(5);

  /** A window waits inside its transaction, for days if a speed limit holds it: a year. */
  private static final int TIMEOUT_SECONDS = 31_536_000;

  private final Clock clock;
  private Instant begun;
  private int extents;

  @Inject
  public WindowCheckpoint(Clock clock) {
    this.clock = clock;
    this.begun = clock.instant();
  }

  @Override
  public int checkpointTimeout() {
    return TIMEOUT_SECONDS;
  }

  @Override
  public void beginCheckpoint() {
    begun = clock.instant();
    extents = 0;
  }

  /** Asked after every extent. */
  @Override
  public boolean isReadyToCheckpoint() {
    extents++;
    return extents >= EXTENTS || Duration.between(begun, clock.instant()).compareTo(LONGEST) >= 0;
  }

  @Override
  public void endCheckpoint() {
    extents = 0;
  }
}
