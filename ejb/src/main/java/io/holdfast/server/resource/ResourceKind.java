package io.holdfast.server.resource;

/** What kind of thing a {@link ResourceRef} names. */
public enum ResourceKind {
  AGENT,
  ACCESS_KEY,
  PLATFORM,
  POOL,
  RESTORE_POINT,
  JOB,
  RUN,
  EXECUTION,
  RESTORE,
  USER,
  AUDIT_LOG,
  SERVER
}
