package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.guest.LabGuest;
import io.holdfast.system.guest.LabGuest.Firmware;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Real Linux guests that write while they are backed up: the restored disk boots from itself, its
 * file system is clean, and every file that the guest had synced before the snapshot is there as it
 * was written.
 *
 * <p>The backups are <em>crash-consistent</em>: nothing in the guest is frozen. So the restored
 * guest plays its journal back, as after a power failure; the full check that follows must find
 * nothing. {@link FrozenGuestTest} has those that are frozen.
 */
@ExtendWith(Bed.Shared.class)
class GuestTest {
  private static final int FILES_BEFORE = 15;
  private static Path image;

  @BeforeAll
  static void build() throws IOException {
    image = GuestImage.shared();
  }

  @Test
  @Tag("CAS-01")
  @Tag("CAS-02")
  @Tag("CAS-19")
  @Tag("RST-06")
  void restoredUefiGuestBootsCleanWithAllSyncedFiles(Bed bed) {
    Firmware firmware = Firmware.UEFI;
    String name = Bed.name("guest-" + firmware);
    LabGuest guest = new LabGuest(bed.cas(), name);
    guest.create(firmware, image, true);
    try {
      assertEquals(GuestImage.FIRST_FILES, guest.checked().files().getAsInt());
      String job = bed.jobFor(name, Map.of("guestFreeze", "OFF"));
      guest.written(FILES_BEFORE);
      JsonNode full = runWhileItWrites(bed, guest, job, "FULL");
      int synced = guest.written(FILES_BEFORE).durable();
      JsonNode incremental = runWhileItWrites(bed, guest, job, "INCREMENTAL");
      assertTrue(
          incremental.path("readBytes").asLong() < full.path("readBytes").asLong() / 2,
          "only what changed: " + incremental);
      assertEquals(List.of(), guest.report().freezes());
      int later = guest.report().durable();
      GuestReport restored = restoredBoots(bed, name, firmware, new Expected(synced, later));
      // A disk in the midst of its work: were it not so, the frozen ones would prove nothing.
      assertTrue(restored.journalReplayed(), restored.text());
    } finally {
      guest.delete();
    }
  }

  /** Were it otherwise, the other tests would prove nothing. */
  @Test
  @Tag("CAS-01")
  void aGuestNamesAFileThatIsNotAsWritten(Bed bed) throws IOException {
    String name = Bed.name("guest-damaged");
    LabGuest guest = new LabGuest(bed.cas(), name);
    guest.create(Firmware.BIOS, image, false);
    try {
      bed.cas().write(name, "vda", GuestImage.placeOfFirstFile(image, 7), 512, 1);
      guest.start(Firmware.BIOS);
      GuestReport report = guest.checked();
      assertEquals(List.of("files/first-07"), report.differingNames(), report.text());
      assertEquals(1, report.differing().getAsInt());
    } finally {
      guest.delete();
    }
  }

  /**
   * Files in the restored guest's list.
   *
   * @param least synced before the snapshot was taken
   * @param most there after it
   */
  record Expected(int least, int most) {}

  static JsonNode runWhileItWrites(Bed bed, LabGuest guest, String job, String type) {
    int before = guest.report().durable();
    JsonNode run = bed.operator().done(bed.operator().start(job, type));
    assertEquals(type, run.path("vms").get(0).path("type").asText(), run.toString());
    int after = guest.report().durable();
    assertTrue(after > before, "it wrote meanwhile: " + before + " files, then " + after);
    return run;
  }

  /** Restores the newest point to a new VM, boots and deletes it; what its guest said. */
  static GuestReport restoredBoots(Bed bed, String name, Firmware firmware, Expected expected) {
    JsonNode point = bed.newestPoint(name);
    String copy = Bed.name(name + "-copy");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    JsonNode run = bed.operator().done(bed.operator().restore(definition));
    LabGuest restored = new LabGuest(bed.cas(), copy);
    try {
      asToldAboutFirmware(restored, firmware, run.path("vms").get(0).path("differences"));
      restored.start(firmware);
      GuestReport report = restored.checked();
      String said = report.text();
      assertEquals(firmware.name().toLowerCase(Locale.ROOT), report.firmware());
      assertTrue(report.journalPlayback().getAsInt() <= 1, said);
      assertEquals(0, report.fileSystemCheck().getAsInt(), said);
      assertEquals(0, report.differing().getAsInt(), said);
      assertTrue(report.tornLines().getAsInt() <= 1, said);
      int files = report.files().getAsInt();
      assertTrue(
          expected.least() <= files && files <= expected.most(),
          files + " files instead of " + expected);
      restored.written(1);
      return report;
    } finally {
      restored.delete();
    }
  }

  /**
   * Does what the restore's result asks for, and nothing else: where it is silent about the
   * firmware, the VM must boot as the original did.
   */
  private static void asToldAboutFirmware(
      LabGuest restored, Firmware firmware, JsonNode differences) {
    Set<String> told = new HashSet<>();
    differences.forEach(row -> told.add(row.path("property").asText()));
    assertEquals(firmware == Firmware.UEFI, told.contains("NVRAM"), differences.toString());
    if (told.contains("FIRMWARE")) {
      assertEquals(Firmware.UEFI, firmware, differences.toString());
      restored.setFirmware(firmware);
    }
  }
}
