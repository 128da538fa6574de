package io.holdfast.pool.plan;

/** What the bytes of a disk are that no range of its plan covers. */
public enum Gap {
  /** They read as zero: a full backup of a disk's allocated areas. */
  ZERO(1),
  /** They are as in the base restore point: an incremental or differential backup. */
  BASE(2);

  private final int number;

  Gap(int number) {
    this.number = number;
  }

  /** As stored in plan files. */
  public int number() {
    return number;
  }
}
