package io.holdfast.web.rest.upkeep;

import io.holdfast.server.upkeep.PoolJobWork;

/**
 * What a pool job is told to do; what is left out keeps its preset. Ranges and meaning are those of
 * {@link PoolJobWork}.
 */
public record WorkWanted(
    Boolean dryRun,
    Integer minLivePercent,
    Integer copyBudgetGib,
    Integer percent,
    Integer notVerifiedDays,
    Boolean knownDamageOnly,
    Integer windowMinutes) {

  static WorkWanted of(PoolJobWork work) {
    return new WorkWanted(
        work.dryRun(),
        work.minLivePercent(),
        work.copyBudgetGib(),
        work.percent(),
        work.notVerifiedDays(),
        work.knownDamageOnly(),
        work.windowMinutes());
  }

  static PoolJobWork checked(WorkWanted wanted, PoolJobWork preset) {
    return wanted == null ? preset : wanted.over(preset);
  }

  private PoolJobWork over(PoolJobWork preset) {
    return new PoolJobWork(
        or(dryRun, preset.dryRun()),
        or(minLivePercent, preset.minLivePercent()),
        or(copyBudgetGib, preset.copyBudgetGib()),
        or(percent, preset.percent()),
        or(notVerifiedDays, preset.notVerifiedDays()),
        or(knownDamageOnly, preset.knownDamageOnly()),
        or(windowMinutes, preset.windowMinutes()));
  }

  private static <T> T or(T given, T preset) {
    return given == null ? preset : given;
  }
}
