package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Which options the jobs of a kind of platform have, and what they start with. What a kind does not
 * have is not shown, and refused where it differs from the preset.
 *
 * @param preset what a new job starts with
 * @param absent names of options, as in REST, that the kind does not have
 */
public record KindOptions(BackupOptions preset, Set<String> absent) {
  private static final Map<PlatformKind, KindOptions> ALL = new EnumMap<>(PlatformKind.class);

  static {
    ALL.put(PlatformKind.H3C_CAS, new KindOptions(BackupOptions.preset(), Set.of()));
    ALL.put(PlatformKind.HIKVISION_EDGE_CLOUD, EdgeCloudOptions.description());
  }

  public KindOptions {
    absent = Set.copyOf(absent);
  }

  /** Those of a kind. */
  public static KindOptions of(PlatformKind kind) {
    return ALL.get(kind);
  }

  /** Whether there is an option of that name. */
  public boolean has(String option) {
    return !absent.contains(option);
  }

  /** Throws INVALID_VALUE naming an option that the kind does not have. */
  void check(BackupOptions options) {
    BackupOptionsConverter converter = new BackupOptionsConverter();
    Map<String, String> wanted = NamedValues.read(converter.convertToDatabaseColumn(options));
    Map<String, String> usual = NamedValues.read(converter.convertToDatabaseColumn(preset));
    for (String name : absent) {
      if (!usual.get(name).equals(wanted.get(name))) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE,
            "field",
            name,
            "value",
            wanted.get(name),
            "expected",
            usual.get(name));
      }
    }
  }
}
