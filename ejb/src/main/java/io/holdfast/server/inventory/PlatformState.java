package io.holdfast.server.inventory;

/** Whether a platform answered when it was asked last (RES-06). */
public enum PlatformState {
  /** It answered, and took the login. */
  ONLINE,
  /** It did not, or its backup host did not. */
  OFFLINE,
  /** Not asked since the server started. */
  UNKNOWN
}
