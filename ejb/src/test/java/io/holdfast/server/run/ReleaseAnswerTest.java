package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReleaseAnswerTest {
  private static Notice notice(String code) {
    return Notice.newBuilder().setCode(code).putParameters("vm", "web").build();
  }

  @Test
  @Tag("CAS-05")
  void aSnapshotThatStayedKeepsTheReleaseDue() {
    ReleaseBackupResponse.Builder response =
        ReleaseBackupResponse.newBuilder().addNotices(notice("SNAPSHOT_REMOVAL_FAILED"));

    ReleaseAnswer stayed = ReleaseAnswer.of(response.build());
    ReleaseAnswer again = ReleaseAnswer.of(response.build());

    assertFalse(stayed.complete());
    assertEquals(stayed.text(), again.text());
    assertTrue(ReleaseAnswer.of(response.setSnapshotRemoved(true).build()).complete());
  }

  @Test
  @Tag("CAS-14")
  void aTargetThatStayedKeepsTheReleaseDue() {
    ReleaseRestoreResponse.Builder response = ReleaseRestoreResponse.newBuilder();
    assertTrue(
        ReleaseAnswer.of(response.addNotices(notice("RESTORE_TARGET_REMOVED")).build()).complete());
    assertFalse(
        ReleaseAnswer.of(response.addNotices(notice("RESTORE_TARGET_KEPT")).build()).complete());
  }

  @Test
  @Tag("CAS-17")
  void aVmThatIsStillWatchedKeepsTheReleaseDue() {
    ReleaseRestoreResponse.Builder response =
        ReleaseRestoreResponse.newBuilder().addNotices(notice("RESTORE_SHUTDOWN_WATCHED"));

    assertFalse(ReleaseAnswer.of(response.setPending(true).build()).complete());
    assertTrue(ReleaseAnswer.of(response.setPending(false).build()).complete());
  }
}
