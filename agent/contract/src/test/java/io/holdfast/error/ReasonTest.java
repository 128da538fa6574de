package io.holdfast.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A cause within a message is told in the language of the message. */
class ReasonTest {
  private static BackupException refused(String cause) {
    return BackupException.of(
        ErrorCode.SNAPSHOT_UNSUPPORTED, "vm", "web", "type", "", "cause", cause);
  }

  @Test
  void aCauseIsToldInTheReadersLanguage() {
    BackupException refused = refused(Reason.of(ReasonCode.LUKS_QCOW2, "disk", "vda"));
    assertEquals(
        "No  snapshot of VM web is possible: vda: LUKS-encrypted qcow2 cannot be backed up",
        refused.message(Locale.ENGLISH));
    assertEquals("虚拟机 web 无法创建  快照：磁盘 vda 为 LUKS 加密的 qcow2，不支持备份", refused.message(Locale.CHINESE));
  }

  @Test
  void causesSideBySideAndWithinOneAnotherAreToldToo() {
    String disks =
        Reason.all(
            List.of(
                Reason.of(ReasonCode.DISK_IS_RAW, "disk", "vda"),
                Reason.of(ReasonCode.DISK_IS_RAW, "disk", "vdc")));
    String cause = Reason.of(ReasonCode.INTERNAL_RULED_OUT, "cause", disks);
    assertEquals("internal - vda: raw; vdc: raw", Messages.value(cause, Locale.ENGLISH));
    assertEquals("内部快照：磁盘 vda 为 raw 格式；磁盘 vdc 为 raw 格式", Messages.value(cause, Locale.CHINESE));
  }

  @Test
  void anErrorCanBeTheCauseOfAnotherMessage() {
    String cause = Reason.of(refused(Reason.words("the platform's own words")));
    assertEquals(
        "虚拟机 web 无法创建  快照：“the platform's own words”", Messages.value(cause, Locale.CHINESE));
    assertEquals("\"reset\"", Messages.value(Reason.of(new Exception("reset")), Locale.ENGLISH));
  }

  @Test
  void whatOthersSaidIsNotTakenForAReason() {
    String said = "⟦AND⟧ and ⟦LUKS_QCOW2⟨disk⟩x";
    String told = Messages.value(Reason.words(said), Locale.ENGLISH);
    assertEquals("\"[AND] and [LUKS_QCOW2<disk>x\"", told);
  }

  @Test
  void aReasonThatWasCutOffIsToldAsFarAsItGoes() {
    String whole = Reason.of(ReasonCode.LUKS_QCOW2, "disk", "vda");
    assertEquals(
        "vda: LUKS-encrypted qcow2 cannot be backed up",
        Messages.value(whole.substring(0, whole.length() - 1), Locale.ENGLISH));
    assertEquals("plain", Messages.value("plain", Locale.CHINESE));
  }
}
