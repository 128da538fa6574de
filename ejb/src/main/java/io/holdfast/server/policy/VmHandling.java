package io.holdfast.server.policy;

import java.util.Objects;

/**
 * How VMs are treated before and when something stands against their backup.
 *
 * @param untracked an incremental of a VM that cannot be tracked (CAS-03)
 * @param reserve free space that must be left (OPT-07)
 * @param shutDown the guest is shut down for the backup and started after it (OPT-18)
 * @param shutdownSeconds how long the guest may take, of no effect without {@code shutDown}
 * @param retries what is tried again (OPT-14, OPT-15)
 */
public record VmHandling(
    UntrackedHandling untracked,
    SpaceReserve reserve,
    boolean shutDown,
    int shutdownSeconds,
    Retries retries) {
  public VmHandling {
    Objects.requireNonNull(untracked, "untracked");
    Objects.requireNonNull(reserve, "reserve");
    OptionRange.SHUTDOWN_SECONDS.check(shutdownSeconds);
    Objects.requireNonNull(retries, "retries");
  }

  /** What a new policy starts with. */
  public static VmHandling preset() {
    return new VmHandling(
        UntrackedHandling.FULL,
        SpaceReserve.preset(),
        false,
        OptionRange.SHUTDOWN_SECONDS.preset(),
        Retries.preset());
  }
}
