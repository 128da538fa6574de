package io.holdfast.server.pool;

/** Whether a pool stores equal chunks once; fixed when it is made. */
public enum PoolKind {
  /** Stores what each backup brings (POOL-01). */
  STANDARD,
  /** One copy of equal chunks across VMs, jobs and platforms (POOL-02). */
  DEDUP;

  /** The same in the agent protocol. */
  io.holdfast.agent.protocol.PoolKind toProtocol() {
    return this == DEDUP
        ? io.holdfast.agent.protocol.PoolKind.POOL_KIND_DEDUP
        : io.holdfast.agent.protocol.PoolKind.POOL_KIND_STANDARD;
  }

  /** What an agent says; one that knows no kinds has standard pools only. */
  static PoolKind of(io.holdfast.agent.protocol.PoolKind said) {
    return said == io.holdfast.agent.protocol.PoolKind.POOL_KIND_DEDUP ? DEDUP : STANDARD;
  }
}
