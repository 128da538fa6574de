package io.holdfast.server.inventory;

/** What stands in an inventory tree. */
public enum InventoryKind {
  HOST_POOL,
  CLUSTER,
  HOST,
  VM
}
