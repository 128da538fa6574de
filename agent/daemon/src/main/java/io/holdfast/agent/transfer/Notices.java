package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;

/** Makes the notices of sessions; their texts are in the bundles of errors. */
public final class Notices {
  private Notices() {}

  /** Something worth knowing. Names and values of parameters in turn. */
  public static Notice note(NoticeCode code, Object... namesAndValues) {
    return of(Notice.Severity.INFO, code, namesAndValues);
  }

  /** Something the user should look at. */
  public static Notice warning(NoticeCode code, Object... namesAndValues) {
    return of(Notice.Severity.WARNING, code, namesAndValues);
  }

  private static Notice of(Notice.Severity severity, NoticeCode code, Object... namesAndValues) {
    return Notice.newBuilder()
        .setCode(code.name())
        .putAllParameters(BackupException.parameters(namesAndValues))
        .setSeverity(severity)
        .build();
  }
}
