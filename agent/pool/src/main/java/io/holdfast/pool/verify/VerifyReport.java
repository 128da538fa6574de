package io.holdfast.pool.verify;

import java.util.List;

/**
 * The outcome of a verification.
 *
 * @param checkedBytes read and checked
 * @param packs looked at
 * @param chunks looked at
 * @param restorePoints looked at
 * @param damage everything found
 * @param complete false when the listener stopped it
 */
public record VerifyReport(
    long checkedBytes,
    long packs,
    long chunks,
    long restorePoints,
    List<Damage> damage,
    boolean complete) {
  public VerifyReport {
    damage = List.copyOf(damage);
  }

  /** Everything was read and nothing is damaged. */
  public boolean clean() {
    return complete && damage.isEmpty();
  }
}
