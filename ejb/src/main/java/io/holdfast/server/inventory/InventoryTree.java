package io.holdfast.server.inventory;

/** INV-01: the two views of a CAS inventory. */
public enum InventoryTree {
  /** Host pool, cluster, host, VM. */
  HOST_POOLS_AND_CLUSTERS,
  /** Host, VM. */
  HOSTS
}
