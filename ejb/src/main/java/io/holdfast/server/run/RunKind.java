package io.holdfast.server.run;

/** What a run does. */
public enum RunKind {
  BACKUP,
  RESTORE
}
