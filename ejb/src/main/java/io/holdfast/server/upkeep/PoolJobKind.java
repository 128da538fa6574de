package io.holdfast.server.upkeep;

/** What a pool job does. */
public enum PoolJobKind {
  /** Applies retention that is due and frees what no restore point needs. */
  GARBAGE,
  /** Reads packs again and checks them. */
  VERIFY
}
