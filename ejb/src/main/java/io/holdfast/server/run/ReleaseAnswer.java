package io.holdfast.server.run;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.error.NoticeCode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an agent says to a release (CAS-05). A call that returned is not a release that worked: the
 * platform may have kept the snapshot or the half-made VM.
 *
 * @param complete nothing is held any more
 * @param notices for the log
 */
record ReleaseAnswer(boolean complete, List<Notice> notices) {

  static ReleaseAnswer of(ReleaseBackupResponse response) {
    return new ReleaseAnswer(
        response.getSnapshotRemoved() && !response.getPending(), response.getNoticesList());
  }

  static ReleaseAnswer of(ReleaseRestoreResponse response) {
    boolean kept =
        response.getNoticesList().stream()
            .anyMatch(notice -> notice.getCode().equals(NoticeCode.RESTORE_TARGET_KEPT.name()));
    return new ReleaseAnswer(!kept && !response.getPending(), response.getNoticesList());
  }

  /** Equal for answers that say the same. */
  String text() {
    return notices.stream()
        .map(notice -> notice.getCode() + notice.getParametersMap())
        .collect(Collectors.joining("\n"));
  }
}
