package io.holdfast.pool.store;

/** Whether a pool looks chunks up before it stores them; fixed when it is created. */
public enum PoolKind {
  /** Stores what a session brings (POOL-01). */
  STANDARD,
  /** One copy of equal chunks across VMs, jobs and platforms (POOL-02). */
  DEDUP
}
