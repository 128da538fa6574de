package io.holdfast.server.inventory;

/** INV-01: the views of an inventory. */
public enum InventoryTree {
  /** Host pool, cluster, host, VM. */
  HOST_POOLS_AND_CLUSTERS,
  /** Host, VM. */
  HOSTS
}
