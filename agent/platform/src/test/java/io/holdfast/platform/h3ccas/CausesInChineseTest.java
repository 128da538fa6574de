package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.toolkit.ChineseCauses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every refusal of the eligibility rules, and every reason why a VM is not tracked, reads in
 * Chinese from end to end: no word of English but the names of things and what the platform itself
 * said, which is quoted.
 */
@Tag("CAS-06")
@Tag("CAS-07")
class CausesInChineseTest {
  private static final String RUNNING = "2";
  private static final String OFF = "3";
  private static final String BLOCK = ",\"fileType\":\"block\",\"poolType\":\"iscsi\"";
  private static final String RBD = ",\"fileType\":\"block\",\"poolType\":\"rbd\"";
  private static final String LUKS = ",\"encrypted\":\"1\"";
  private static final String INDEPENDENT = ",\"diskMode\":\"independent-persistent\"";

  /** Product terms, devices, and the names of this test's VM, host and releases. */
  private static final String NAMES =
      "LUKS|qcow2|raw|RBD|TiB|vd[a-d]|web-01|E0[67][0-9]{2}P?[0-9]*|E0785P03|CAS|H3C";

  private final ScriptedCvm cvm = new ScriptedCvm();
  private final ChineseCauses told = new ChineseCauses(NAMES);

  @AfterEach
  void stop() {
    cvm.close();
  }

  private static String disk(String device, String format, String... more) {
    return Texts.disk(device, format, String.join("", more));
  }

  private BackupEligibility judge(String status, SnapshotType wanted, String... disks) {
    Texts.vm(cvm, status, "", disks.length == 1 ? disks[0] : "[" + String.join(",", disks) + "]");
    return cvm.connect().eligibility("1", wanted);
  }

  private void refused(String status, SnapshotType wanted, String... disks) {
    hear(assertThrows(BackupException.class, () -> judge(status, wanted, disks)));
  }

  private void hear(BackupException refusal) {
    told.hear(refusal);
  }

  private void hear(BackupEligibility judged) {
    judged.notices().forEach(this::hear);
    judged.disks().stream()
        .filter(each -> !each.included())
        .forEach(each -> hear(each.excludedBecause()));
    told.hear(judged.untracked());
  }

  private void hear(Notice notice) {
    told.hear(notice.getCode(), notice.getParametersMap());
  }

  @Test
  void whatStandsAgainstABackup() {
    SnapshotType adaptive = SnapshotType.SNAPSHOT_ADAPTIVE;
    SnapshotType external = SnapshotType.SNAPSHOT_EXTERNAL;
    SnapshotType internal = SnapshotType.SNAPSHOT_INTERNAL;
    for (String status : new String[] {"4", "1", "0", "77"}) {
      refused(status, adaptive, disk("vda", "qcow2"));
    }
    for (String more : new String[] {",\"migrating\":\"1\"", ",\"isTemplate\":\"1\""}) {
      Texts.vm(cvm, RUNNING, more, disk("vda", "qcow2"));
      try {
        hear(cvm.connect().eligibility("1", adaptive));
      } catch (BackupException refusal) {
        hear(refusal);
      }
    }
    refused(RUNNING, adaptive, "[]");
    refused(RUNNING, internal, disk("vda", "qcow2"), disk("vdb", "qcow2", LUKS));
    refused(RUNNING, external, disk("vda", "raw", LUKS));
    refused(RUNNING, external, disk("vda", "qcow2", BLOCK), disk("vdb", "qcow2", BLOCK));
    refused(RUNNING, external, disk("vda", "qcow2", INDEPENDENT));
    refused(RUNNING, external, disk("vda", "raw", RBD));
    refused(RUNNING, internal, disk("vda", "raw"));
    refused(RUNNING, adaptive, disk("vda", "qcow2", BLOCK), disk("vdb", "raw"));
    hear(judge(OFF, adaptive, disk("vda", "qcow2", BLOCK), disk("vdb", "raw")));
    cvm.on(
        "GET /vm/1/snapshotCapability",
        "{\"internal\":\"false\",\"external\":\"false\",\"reasons\":["
            + "{\"type\":\"external\",\"device\":\"vda\",\"reason\":\"block\"},"
            + "{\"type\":\"external\",\"device\":\"vda\",\"reason\":\"not in this release\"},"
            + "{\"type\":\"internal\",\"device\":\"vda\",\"reason\":\"raw\"}]}");
    refused(RUNNING, adaptive, disk("vda", "qcow2"));
    cvm.now("GET /vm/1/snapshotCapability", "{\"internal\":\"false\",\"external\":\"false\"}");
    refused(RUNNING, adaptive, disk("vda", "qcow2"));
    told.assertChinese(14);
  }

  @Test
  @Tag("CAS-04")
  void whyChangesAreNotTracked() {
    SnapshotType adaptive = SnapshotType.SNAPSHOT_ADAPTIVE;
    hear(judge(OFF, adaptive, disk("vda", "qcow2")));
    hear(judge(RUNNING, adaptive, disk("vda", "raw")));
    for (String reason :
        new String[] {"powerCycle", "migrated", "reverted", "disabled", "lost", "because so"}) {
      cvm.now(
          "GET /vm/1/cbt",
          "{\"enabled\":\"true\",\"valid\":\"false\",\"reason\":\"" + reason + "\"}");
      hear(judge(RUNNING, adaptive, disk("vda", "qcow2")));
    }
    cvm.now("GET /vm/1/cbt", "{\"enabled\":\"true\",\"valid\":\"true\",\"disks\":[]}");
    hear(judge(RUNNING, adaptive, disk("vda", "qcow2"), disk("vdb", "qcow2", INDEPENDENT)));
    cvm.now("GET /vm/1/cbt", "{\"enabled\":\"false\"}");
    hear(judge(RUNNING, adaptive, disk("vda", "qcow2")));
    for (String release : new String[] {"E0760P02", "E0750"}) {
      Texts.vm(cvm, RUNNING, "", disk("vda", "qcow2"))
          .now(
              "GET /host/id/1",
              "{\"id\":\"1\",\"ip\":\"127.0.0.1\",\"version\":\"" + release + "\"}");
      hear(cvm.connect().eligibility("1", adaptive));
    }
    told.assertChinese(10);
  }
}
