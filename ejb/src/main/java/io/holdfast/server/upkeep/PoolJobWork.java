package io.holdfast.server.upkeep;

import io.holdfast.agent.protocol.CollectWork;
import io.holdfast.agent.protocol.VerifyWork;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a pool job is told to do. Of a garbage collection the first three count, of a verification
 * the next three.
 *
 * @param dryRun only say what there is to free
 * @param minLivePercent packs with less alive are compacted, 0…95; 0: none
 * @param copyBudgetGib GiB that compaction copies at most, 1…65536
 * @param percent of the packs, 1…100, those verified longest ago first
 * @param notVerifiedDays only packs whose last check is longer ago, 0…3650; 0: all
 * @param knownDamageOnly only packs known to be damaged: whether they have healed
 * @param windowMinutes it ends after so many minutes and the next one goes on, 0…10080; 0: to its
 *     end
 */
public record PoolJobWork(
    boolean dryRun,
    int minLivePercent,
    int copyBudgetGib,
    int percent,
    int notVerifiedDays,
    boolean knownDamageOnly,
    int windowMinutes) {
  private static final int PRESET_LIVE_PERCENT = 50;
  private static final int PRESET_BUDGET_GIB = 64;
  private static final int ALL_PERCENT = 100;
  private static final int GIB_SHIFT = 30;

  /**
   * @throws BackupException VALUE_OUT_OF_RANGE naming the field
   */
  public PoolJobWork {
    requireRange("minLivePercent", minLivePercent, 0, 95);
    requireRange("copyBudgetGib", copyBudgetGib, 1, 65_536);
    requireRange("percent", percent, 1, ALL_PERCENT);
    requireRange("notVerifiedDays", notVerifiedDays, 0, 3650);
    requireRange("windowMinutes", windowMinutes, 0, 10_080);
  }

  private static void requireRange(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", min, "max", max);
    }
  }

  /** Everything, to its end. */
  public static PoolJobWork preset() {
    return new PoolJobWork(false, PRESET_LIVE_PERCENT, PRESET_BUDGET_GIB, ALL_PERCENT, 0, false, 0);
  }

  /** Whether packs known to be damaged have healed. */
  static PoolJobWork recheck() {
    return new PoolJobWork(false, PRESET_LIVE_PERCENT, PRESET_BUDGET_GIB, ALL_PERCENT, 0, true, 0);
  }

  CollectWork toCollect() {
    return CollectWork.newBuilder()
        .setDryRun(dryRun)
        .setMinLivePercent(minLivePercent)
        .setCopyBudgetBytes((long) copyBudgetGib << GIB_SHIFT)
        .build();
  }

  /**
   * @param begun how long ago the job began on an agent that has lost it since: what was checked
   *     since then is not checked again; zero at first
   */
  VerifyWork toVerify(Duration begun) {
    long seconds = Duration.ofDays(notVerifiedDays).toSeconds();
    long since = begun.toSeconds();
    return VerifyWork.newBuilder()
        .setPercent(percent)
        .setNotVerifiedForSeconds(since > 0 && (seconds == 0 || since < seconds) ? since : seconds)
        .setKnownDamageOnly(knownDamageOnly)
        .build();
  }

  /** As a text column. */
  String toText() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dryRun", Boolean.toString(dryRun));
    values.put("minLivePercent", Integer.toString(minLivePercent));
    values.put("copyBudgetGib", Integer.toString(copyBudgetGib));
    values.put("percent", Integer.toString(percent));
    values.put("notVerifiedDays", Integer.toString(notVerifiedDays));
    values.put("knownDamageOnly", Boolean.toString(knownDamageOnly));
    values.put("windowMinutes", Integer.toString(windowMinutes));
    return NamedValues.write(values);
  }

  /** Of a text column. */
  static PoolJobWork ofText(String text) {
    Map<String, String> values = NamedValues.read(text);
    PoolJobWork preset = preset();
    return new PoolJobWork(
        Boolean.parseBoolean(values.get("dryRun")),
        number(values, "minLivePercent", preset.minLivePercent()),
        number(values, "copyBudgetGib", preset.copyBudgetGib()),
        number(values, "percent", preset.percent()),
        number(values, "notVerifiedDays", preset.notVerifiedDays()),
        Boolean.parseBoolean(values.get("knownDamageOnly")),
        number(values, "windowMinutes", preset.windowMinutes()));
  }

  private static int number(Map<String, String> values, String name, int preset) {
    return values.containsKey(name) ? Integer.parseInt(values.get(name)) : preset;
  }
}
