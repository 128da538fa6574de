package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Change tracking that is not believed blindly. */
class UnchangedSamplesTest extends BackupFixture {
  private static final long TIB = 1L << 40;

  @Test
  @Tag("CAS-04")
  @Tag("CAS-02")
  void aWriteThatTrackingMissedTurnsTheRunFullAndIsTold() throws Exception {
    TestDisk disk = disk("vda", 12 * TestAgent.CHUNK_BYTES, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    BackupRequest request =
        driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId()).build();
    // Twelve chunks, one sample: the write hits them all, so any place shows it.
    for (int chunk = 0; chunk < 12; chunk++) {
      disk.writeUntracked((long) chunk * TestAgent.CHUNK_BYTES + 77, new byte[] {55, 56, 57});
    }

    BackupBegun begun = agent.backups().beginBackup(request);

    assertEquals(BackupType.FULL, begun.getEffectiveType());
    Notice finding =
        begun.getNoticesList().stream()
            .filter(notice -> notice.getCode().equals("FULL_SAMPLE_MISMATCH"))
            .findFirst()
            .orElseThrow();
    assertEquals(Notice.Severity.WARNING, finding.getSeverity());
    assertEquals("vda", finding.getParametersMap().get("disk"));
    assertEquals(
        77, Long.parseLong(finding.getParametersMap().get("offset")) % TestAgent.CHUNK_BYTES);
    driver.transferAll(request, begun);
    RestorePointSummary point = sealedAndReleased(request);
    assertEquals(digests(), stored(point));
    assertEquals(1, disk.marks().size(), "tracking began anew: no mark of before counts");
    assertEquals(point.getDisks(0).getTrackingMark(), disk.marks().iterator().next());
  }

  @Test
  @Tag("CAS-02")
  void whatIsUnchangedIsSampledAndSaid() {
    disk("vda", 250 * TestAgent.CHUNK_BYTES, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    BackupRequest request =
        driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId()).build();
    transport.reset();

    BackupBegun begun = agent.backups().beginBackup(request);

    assertEquals(BackupType.INCREMENTAL, begun.getEffectiveType());
    assertEquals(3L * TestAgent.CHUNK_BYTES, begun.getDisks(0).getSampledBytes());
    assertEquals(3L * TestAgent.CHUNK_BYTES, transport.readBytes());
    driver.release(request, true, List.of());
  }

  @Test
  @Tag("CAS-02")
  void placesAreUnchangedBoundedSpreadAndDrawnFromTheSeed() {
    ExtentMap changed =
        ExtentMap.of(
            4 * TIB + 512,
            List.of(Extent.data(0, TIB), Extent.data(TIB + 10, 1), Extent.zero(3 * TIB, 4096)));
    List<Long> places = UnchangedSamples.places(changed, MIB, 7);

    assertEquals(UnchangedSamples.MOST, places.size());
    assertEquals(places.size(), new HashSet<>(places).size());
    for (long place : places) {
      assertEquals(0, place % MIB);
      assertTrue(place > TIB && place != 3 * TIB && place <= 4 * TIB, "changed: " + place);
    }
    for (long part = TIB; part < 4 * TIB; part += TIB / 4) {
      long from = part;
      assertTrue(
          places.stream().anyMatch(place -> place >= from && place < from + TIB / 4),
          "nothing looked at from " + from);
    }
    assertEquals(places, UnchangedSamples.places(changed, MIB, 7));
    assertNotEquals(places, UnchangedSamples.places(changed, MIB, 8));
  }

  @Test
  @Tag("CAS-02")
  void smallDisksHaveOnePlaceAndWhollyChangedOnesNone() {
    assertEquals(1, UnchangedSamples.places(ExtentMap.of(512, List.of()), MIB, 1).size());
    assertEquals(List.of(), UnchangedSamples.places(ExtentMap.whole(5L * MIB + 1), MIB, 1));
    assertEquals(
        List.of(2L * MIB),
        UnchangedSamples.places(
            ExtentMap.of(3L * MIB, List.of(Extent.data(10, 2L * MIB - 20))), MIB, 1));
  }
}
