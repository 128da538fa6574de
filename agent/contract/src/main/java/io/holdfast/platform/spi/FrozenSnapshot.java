package io.holdfast.platform.spi;

/**
 * A snapshot that was asked for with the guest's file systems frozen.
 *
 * @param snapshot as taken
 * @param freezing what the platform says of the guest
 */
public record FrozenSnapshot(VmSnapshot snapshot, Freezing freezing) {

  /** What became of the guest at the moment of the snapshot. */
  public enum Freezing {
    /** Its file systems were frozen, and thawed after. */
    FROZEN,
    /** Nobody in the guest answered: crash-consistent. */
    UNANSWERED,
    /** The platform does not say, as when it does not know of freezing: crash-consistent. */
    UNTOLD,
    /** The snapshot was there already: whoever took it knew. */
    FOUND
  }
}
