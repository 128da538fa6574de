package io.holdfast.server.policy;

/** What a retention rule counts (POOL-09). */
public enum RetentionUnit {
  /** No such rule. */
  NONE,
  /** Calendar days: 0 is today only. */
  DAYS,
  /** Weeks from Monday to Sunday: 0 is this week only. */
  WEEKS,
  /** Calendar months: 0 is this month only. */
  MONTHS,
  /** Restore points besides the newest: 0 is the newest only. */
  COUNT;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.RetentionUnit toProtocol() {
    return this == NONE
        ? io.holdfast.agent.protocol.RetentionUnit.RETENTION_UNIT_UNSPECIFIED
        : io.holdfast.agent.protocol.RetentionUnit.valueOf("RETENTION_UNIT_" + name());
  }
}
