package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The compatibility list (S1 table 6). */
class CasReleaseTest {
  private static final String RUNNING = "2";

  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  @Test
  @Tag("RES-08")
  void environmentReleaseThatIsNotSupportedIsRefusedByItsNameAtTheRunToo() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
        .now(
            "GET /host/id/1",
            "{\"id\":\"1\",\"ip\":\"127.0.0.1\",\"version\":\"UIS E0721\",\"arch\":\"x86_64\"}");
    BackupException refused =
        assertThrows(
            BackupException.class,
            () -> cvm.connect().eligibility("1", SnapshotType.SNAPSHOT_ADAPTIVE));
    assertEquals(ErrorCode.PLATFORM_VERSION_UNSUPPORTED, refused.code());
    assertEquals("H3C UIS UIS E0721 (x86_64) is not supported.", refused.message(Locale.ENGLISH));
  }

  @Test
  @Tag("RES-08")
  void registrationRefusesWhatNoHostCanUseAndTellsWhatIsNotListed() {
    cvm.on("GET /operator/test", ScriptedCvm.json(204, ""))
        .on("GET /version", "{\"casVersion\":\"E0710\"}")
        .on("GET /host/", "{\"host\":{\"id\":\"1\",\"arch\":\"aarch64\"}}");
    BackupException refused = assertThrows(BackupException.class, () -> cvm.connect().test());
    assertEquals(ErrorCode.PLATFORM_VERSION_UNSUPPORTED, refused.code());
    cvm.now(
        "GET /host/",
        "{\"host\":[{\"id\":\"1\",\"arch\":\"aarch64\"},{\"id\":\"2\",\"arch\":\"x86_64\"}]}");
    TestPlatformResponse mixed = cvm.connect().test();
    assertEquals(List.of("aarch64", "x86_64"), mixed.getArchitecturesList());
    assertEquals(List.of("PLATFORM_VERSION_UNLISTED"), codes(mixed.getNoticesList()));
    assertEquals("E0710 (aarch64)", mixed.getNotices(0).getParametersMap().get("version"));
  }

  @Test
  @Tag("RES-08")
  void tableSixRowByRow() {
    for (String yes :
        List.of(
            "E0710 x86_64",
            "E0710P01 x86_64",
            "E0730 x86_64",
            "E0760 x86_64",
            "E0760 aarch64",
            "E0780 x86_64",
            "E0780 aarch64",
            "E0781P02 x86_64",
            "E0782P02 x86_64",
            "E0782P03 x86_64",
            "E0785P03 x86_64",
            "UIS-E0881P03 x86_64",
            "UIS-E0881P03 aarch64",
            "UIS-E0742 x86_64",
            "UIS-E0750P05 x86_64",
            "UIS-E0750P11 aarch64",
            "UIS-E0882 x86_64")) {
      assertEquals(CasRelease.Verdict.LISTED, verdict(yes), yes);
    }
    for (String no :
        List.of(
            "UIS-E0712 x86_64",
            "UIS-E0721 x86_64",
            "E0712 x86_64",
            "E0218 x86_64",
            "E0710 aarch64",
            "E0785P03 aarch64",
            "UIS-E0742 aarch64")) {
      assertEquals(CasRelease.Verdict.UNSUPPORTED, verdict(no), no);
    }
    for (String unlisted :
        List.of("E0790 x86_64", "E0785 x86_64", "UIS-E0750P05 aarch64", "odd x86_64")) {
      assertEquals(CasRelease.Verdict.UNLISTED, verdict(unlisted), unlisted);
    }
  }

  private static CasRelease.Verdict verdict(String row) {
    String[] parts = row.split(" ");
    return CasRelease.of(parts[0]).verdict(parts[1]);
  }
}
