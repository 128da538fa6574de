package io.holdfast.agent.edgecloud;

import static io.holdfast.agent.edgecloud.EdgeCloudBed.readBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores of Edge Cloud through an agent: simulated platform, real cluster. */
@Tag("HIK-01")
class EdgeCloudAgentTest {
  @TempDir private static Path folder;

  private static EdgeCloudBed bed;

  @BeforeAll
  static void start() throws IOException {
    bed = new EdgeCloudBed(folder);
  }

  @AfterAll
  static void end() {
    if (bed != null) {
      bed.close();
    }
  }

  @Test
  @Tag("HIK-03")
  @Tag("HIK-04")
  @Tag("OPT-16")
  void everyTypeOfBackupIsRestoredToTheDisksItCameFrom() throws Exception {
    String vm =
        bed.running("{\"sizeBytes\":67108864,\"ephemeral\":true}", EdgeCloudBed.disk(33554944));
    bed.cloud.writes(vm, 0, "write -P 0x41 0 20M");
    bed.cloud.writes(vm, 1, "write -P 0x42 32M 512");
    RestorePointSummary full = bed.run(bed.request(vm, BackupType.FULL, ""));
    Map<String, String> ofFull = bed.digests(vm);
    assertEquals(BackupType.FULL, full.getType());
    assertTrue(readBytes(full) < 26 << 20, "read " + readBytes(full));

    bed.cloud.writes(vm, 0, "write -P 0x43 1M 64k");
    bed.cloud.writes(vm, 0, "discard 8M 4M");
    RestorePointSummary next =
        bed.run(bed.request(vm, BackupType.INCREMENTAL, full.getRestorePointId()), full);
    Map<String, String> ofNext = bed.digests(vm);
    assertEquals(BackupType.INCREMENTAL, next.getType());
    assertTrue(readBytes(next) <= 2 << 20, "read " + readBytes(next));

    bed.cloud.writes(vm, 1, "write -P 0x44 0 128k");
    RestorePointSummary cumulative =
        bed.run(bed.request(vm, BackupType.DIFFERENTIAL, full.getRestorePointId()), full);
    Map<String, String> ofCumulative = bed.digests(vm);
    assertEquals(BackupType.DIFFERENTIAL, cumulative.getType());
    assertEquals(2, bed.marks(vm, full));
    assertEquals(0, bed.marks(vm, next));
    assertEquals(2, bed.marks(vm, cumulative));

    for (Map.Entry<RestorePointSummary, Map<String, String>> each :
        Map.of(full, ofFull, next, ofNext, cumulative, ofCumulative).entrySet()) {
      bed.cloud.writes(vm, 0, "write -P 0x7f 0 24M");
      assertNotEquals(each.getValue(), bed.digests(vm));
      bed.restores()
          .run(
              bed.restores()
                  .request(each.getKey(), RestoreMode.ORIGINAL_DISK)
                  .setPlatform(bed.access())
                  .setStartAfter(true)
                  .build());
      assertEquals(each.getValue(), bed.digests(vm));
      assertEquals("running", bed.platform.describeVm(vm).getState());
    }
  }

  @Test
  void aBaseThatIsGoneMakesAFullAndNothingIsLeftOfABackupThatCameToNothing() {
    String vm = bed.running(EdgeCloudBed.disk(16777216));
    bed.cloud.writes(vm, 0, "write -P 0x41 0 64k");
    RestorePointSummary full = bed.run(bed.request(vm, BackupType.FULL, ""));
    bed.platform.dropTrackingMarks(
        vm, bed.platform.trackingMarks(vm).stream().map(each -> each.mark()).toList());
    RestorePointSummary next =
        bed.run(bed.request(vm, BackupType.INCREMENTAL, full.getRestorePointId()));
    assertEquals(BackupType.FULL, next.getType());
    assertEquals(1, bed.marks(vm, next));

    BackupRequest given = bed.request(vm, BackupType.INCREMENTAL, next.getRestorePointId());
    bed.agent().backups().beginBackup(given);
    assertEquals(2, bed.platform.trackingMarks(vm).size());
    bed.backups().release(given, true, List.of(next.getRestorePointId()));
    assertEquals(1, bed.platform.trackingMarks(vm).size());
    assertEquals(List.of(), bed.platform.listSnapshots("holdfast-"));
  }
}
