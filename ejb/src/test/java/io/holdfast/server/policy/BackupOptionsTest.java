package io.holdfast.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.speed.SpeedLimits;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BackupOptionsTest {
  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  @Tag("CAS-11")
  void rangesAreEnforcedAndNamed() {
    check("parallelVms", 1, 32, value -> new Parallelism(value, 2, 1, 1));
    check("vmsPerHost", 1, 10, value -> new Parallelism(2, value, 1, 1));
    check("disksPerVm", 1, 5, value -> new Parallelism(2, 2, value, 1));
    check("streamsPerDisk", 1, 5, value -> new Parallelism(2, 2, 1, value));
  }

  @Test
  @Tag("OPT-08")
  @Tag("CAS-09")
  void otherRangesAreEnforcedAndNamed() {
    BackupOptions preset = BackupOptions.preset();
    check(
        "reconnectMinutes",
        1,
        60,
        value ->
            new BackupOptions(
                preset.compression(),
                preset.compressionLevel(),
                preset.parallelism(),
                preset.reading(),
                preset.dataPlane(),
                value,
                preset.limits(),
                preset.poolLink(),
                preset.handling()));
    check(
        "compressionLevel",
        1,
        19,
        value ->
            new BackupOptions(
                Compression.ADJUSTABLE,
                value,
                preset.parallelism(),
                preset.reading(),
                preset.dataPlane(),
                preset.reconnectMinutes(),
                preset.limits(),
                preset.poolLink(),
                preset.handling()));
    check(
        "bufferBytes",
        64 << 10,
        8 << 20,
        value ->
            new DataPlaneSettings(DataPlane.SDK, value, 600, "error", PreferredNetwork.ADAPTIVE));
    check(
        "connectTimeoutSeconds",
        60,
        600,
        value ->
            new DataPlaneSettings(
                DataPlane.SDK, 1 << 20, value, "error", PreferredNetwork.ADAPTIVE));
  }

  @Test
  void presetsAreThoseOfTheRequirements() {
    BackupOptions preset = BackupOptions.preset();
    assertEquals(new Parallelism(2, 2, 1, 1), preset.parallelism());
    assertEquals(Compression.FAST, preset.compression());
    assertEquals(10, preset.reconnectMinutes());
    assertEquals(4 << 20, preset.reading().transferBytes());
    assertEquals(1 << 20, preset.dataPlane().bufferBytes());
  }

  @Test
  void unknownLogLevelIsRefused() {
    BackupException refused =
        assertThrows(
            BackupException.class,
            () ->
                new DataPlaneSettings(
                    DataPlane.SDK, 1 << 20, 600, "debug", PreferredNetwork.ADAPTIVE));
    assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    assertEquals("debug", refused.parameters().get("value"));
  }

  @Test
  void textColumnKeepsEveryOption() {
    BackupOptions options =
        new BackupOptions(
            Compression.ADJUSTABLE,
            19,
            new Parallelism(32, 10, 5, 5),
            new Reading(
                false,
                false,
                SnapshotType.INTERNAL,
                new Freezing(GuestFreeze.REQUIRED, 60),
                1 << 20),
            new DataPlaneSettings(DataPlane.NBD, 64 << 10, 60, "message", PreferredNetwork.STORAGE),
            60,
            SpeedLimits.parse("67,22:00,06:00,0;,08:00,18:00,1048576|*,2097152"),
            new PoolLink(DedupMode.SERVER, 128),
            new VmHandling(
                UntrackedHandling.SKIP_SILENTLY,
                new SpaceReserve(0, 7),
                true,
                60,
                new Retries(10, 120, 0)));
    BackupOptionsConverter converter = new BackupOptionsConverter();
    assertEquals(
        options, converter.convertToEntityAttribute(converter.convertToDatabaseColumn(options)));
  }

  @Test
  void optionsOfAnOlderVersionReadAsPresetsKeepNothingFreeAndFreezeNobody() {
    BackupOptions read = new BackupOptionsConverter().convertToEntityAttribute("");
    BackupOptions preset = BackupOptions.preset();
    VmHandling handling = preset.handling();
    assertEquals(
        new BackupOptions(
            preset.compression(),
            preset.compressionLevel(),
            preset.parallelism(),
            new Reading(
                true,
                true,
                SnapshotType.ADAPTIVE,
                Freezing.off(),
                preset.reading().transferBytes()),
            preset.dataPlane(),
            preset.reconnectMinutes(),
            preset.limits(),
            preset.poolLink(),
            new VmHandling(
                handling.untracked(),
                SpaceReserve.NONE,
                handling.shutDown(),
                handling.shutdownSeconds(),
                handling.retries())),
        read);
  }

  @Test
  @Tag("OPT-07")
  @Tag("OPT-14")
  @Tag("OPT-15")
  @Tag("OPT-18")
  void rangesOfTheTreatmentOfVmsAreEnforcedAndNamed() {
    check("reservePercent", 0, 99, value -> new SpaceReserve(value, 500));
    check("reserveGib", 0, 1 << 20, value -> new SpaceReserve(10, value));
    check("retryTimes", 0, 10, value -> new Retries(value, 10, 15));
    check("retryMinutes", 0, 120, value -> new Retries(3, value, 15));
    check("platformRetries", 0, 100, value -> new Retries(3, 10, value));
    check(
        "shutdownSeconds",
        10,
        1800,
        value ->
            new VmHandling(
                UntrackedHandling.FULL, SpaceReserve.NONE, true, value, Retries.preset()));
    assertEquals(new SpaceReserve(10, 500), SpaceReserve.preset());
    assertEquals(new Retries(3, 10, 15), Retries.preset());
  }

  @Test
  @Tag("CAS-09")
  void aBufferIsAPowerOfTwo() {
    BackupException refused =
        assertThrows(
            BackupException.class,
            () ->
                new DataPlaneSettings(
                    DataPlane.SDK, 100 << 10, 600, "error", PreferredNetwork.ADAPTIVE));
    assertEquals("bufferBytes", refused.parameters().get("field"));
    assertEquals(
        64 << 10,
        new BackupOptionsConverter()
            .convertToEntityAttribute("bufferBytes=" + (100 << 10) + "\n")
            .dataPlane()
            .bufferBytes(),
        "of an older version");
  }

  @Test
  void namedValuesKeepEveryCharacter() {
    Map<String, String> values = Map.of("cause", "a=b\\n\n\r 磁盘 \"x\"", "k=1", "");
    assertEquals(values, NamedValues.read(NamedValues.write(values)));
  }

  private static void check(String field, int min, int max, IntFunction<Object> make) {
    assertNotNull(make.apply(min));
    assertNotNull(make.apply(max));
    for (int value : new int[] {min - 1, max + 1}) {
      BackupException refused = assertThrows(BackupException.class, () -> make.apply(value));
      assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, refused.code());
      assertEquals(
          Map.of(
              "field",
              field,
              "value",
              String.valueOf(value),
              "min",
              String.valueOf(min),
              "max",
              String.valueOf(max)),
          refused.parameters());
    }
  }
}
