package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;

/** Makes notices. */
final class Notices {
  private Notices() {}

  /** A notice of severity INFO; names and values in turn. */
  static Notice info(NoticeCode code, Object... namesAndValues) {
    return notice(code, Notice.Severity.INFO, namesAndValues);
  }

  /** A notice of severity WARNING; names and values in turn. */
  static Notice warning(NoticeCode code, Object... namesAndValues) {
    return notice(code, Notice.Severity.WARNING, namesAndValues);
  }

  private static Notice notice(
      NoticeCode code, Notice.Severity severity, Object... namesAndValues) {
    return Notice.newBuilder()
        .setCode(code.name())
        .setSeverity(severity)
        .putAllParameters(BackupException.parameters(namesAndValues))
        .build();
  }
}
