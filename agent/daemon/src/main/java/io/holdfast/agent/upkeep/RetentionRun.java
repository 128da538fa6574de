package io.holdfast.agent.upkeep;

import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionRequest;
import io.holdfast.agent.protocol.RetentionRules;
import io.holdfast.agent.protocol.RetentionVerdict;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.pool.retention.HeldBack;
import io.holdfast.pool.retention.KeepReason;
import io.holdfast.pool.retention.PeriodsKept;
import io.holdfast.pool.retention.RetentionOutcome;
import io.holdfast.pool.retention.RetentionPolicy;
import io.holdfast.pool.retention.RetentionRule;
import io.holdfast.pool.retention.RetentionUnit;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolUpkeep;
import io.holdfast.pool.store.RetentionFacts;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Applies retention to one VM's restore points of one job, or says what it would do (POOL-09). What
 * cannot be read is left alone; what somebody reads or builds on stays for this time. May be
 * repeated after a crash at any moment. Used once, by one thread.
 */
public final class RetentionRun {
  /** Kept because its manifest is damaged: nobody can say what it is. */
  private static final String DAMAGED = "DAMAGED";

  /** Kept because a restore waits for it. */
  private static final String SPARED = "SPARED";

  /** A platform's clock may differ so much; what lies further back is not believed. */
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(26);

  private final PoolUpkeep upkeep;
  private final Pool pool;
  private final RetentionRequest request;
  private final Clock clock;
  private final List<ManifestSummary> points = new ArrayList<>();
  private final List<UUID> damaged = new ArrayList<>();
  private final RetentionReport.Builder report = RetentionReport.newBuilder();

  /**
   * @param pool stays the caller's to close
   * @param clock the agent's
   */
  public RetentionRun(Pool pool, RetentionRequest request, Clock clock) {
    this.pool = pool;
    this.clock = clock;
    this.upkeep = pool.upkeep();
    this.request = request;
  }

  /**
   * Decides, and applies if that is wanted.
   *
   * @throws BackupException VALUE_OUT_OF_RANGE, INVALID_VALUE for the request; FORMAT_CORRUPT when
   *     nobody can say whether a restore point is protected; what is thrown when the pool is not
   *     there any more
   */
  public RetentionReport run() {
    RetentionPolicy policy = policy(request.getRules());
    readPoints();
    if (request.getApply()) {
      makeImmutable();
    }
    RetentionOutcome outcome = upkeep.decide(points, policy, request.getNewestBackupSucceeded());
    boolean notNewest = !outcome.going().isEmpty() && !isNewPointNewest();
    outcome.heldBack().ifPresent(why -> report.setHeldBack(why.name()));
    if (notNewest) {
      report.setHeldBack(HeldBack.NEW_POINT_NOT_NEWEST.name());
    }
    outcome
        .kept()
        .forEach((id, reasons) -> stays(id, reasons.stream().map(KeepReason::name).toList()));
    damaged.forEach(id -> report.addVerdicts(verdict(facts(id, List.of(DAMAGED)))));
    Set<UUID> spared = ids(request.getSparedRestorePointIdsList());
    for (UUID id : outcome.going()) {
      if (notNewest || id.toString().equals(request.getNewRestorePointId())) {
        stays(id, List.of(KeepReason.HELD_BACK.name()));
      } else if (spared.contains(id)) {
        stays(id, List.of(SPARED));
      } else {
        goes(id);
      }
    }
    return report.build();
  }

  /**
   * What is "today" comes from the newest restore point: when the backup that has just succeeded is
   * not the newest, or cannot be read, nobody can say.
   */
  private boolean isNewPointNewest() {
    String wanted = request.getNewRestorePointId();
    if (wanted.isEmpty()) {
      return true;
    }
    return points.stream()
        .filter(point -> point.restorePointId().toString().equals(wanted))
        .anyMatch(
            made ->
                points.stream().noneMatch(other -> other.createdAt().isAfter(made.createdAt())));
  }

  /** The lease before and after: a pool that was unmounted looks empty. */
  private void readPoints() {
    upkeep.checkLease();
    for (UUID id : ids(request.getRestorePointIdsList())) {
      try {
        pool.manifest(id)
            .ifPresentOrElse(points::add, () -> report.addMissingRestorePointIds(id.toString()));
      } catch (CorruptionException unreadable) {
        damaged.add(id);
      }
    }
    upkeep.checkLease();
  }

  private static Set<UUID> ids(List<String> texts) {
    return texts.stream()
        .map(text -> Ids.parse("restore_point_id", text))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * The new one's period begins with its snapshot, or a day ago when that is said to be long ago; a
   * longer one that it has stays.
   */
  private void makeImmutable() {
    int days = request.getRules().getImmutableDays();
    if (days <= 0) {
      return;
    }
    for (ManifestSummary point : points) {
      if (point.restorePointId().toString().equals(request.getNewRestorePointId())) {
        Optional<Instant> before = upkeep.retention(point.restorePointId()).immutableUntil();
        Instant earliest = clock.instant().minus(CLOCKS_DIFFER_BY);
        boolean lags = before.isEmpty() && point.createdAt().isBefore(earliest);
        Instant until = (lags ? earliest : point.createdAt()).plus(Duration.ofDays(days));
        if (before.isEmpty() || before.get().isBefore(until)) {
          upkeep.extendImmutable(point.restorePointId(), until);
        }
      }
    }
  }

  private void stays(UUID id, List<String> reasons) {
    try {
      if (request.getApply()) {
        upkeep.noteRules(id, reasons);
      }
      report.addVerdicts(verdict(facts(id, reasons)));
    } catch (BackupException gone) {
      if (gone.code() != ErrorCode.RESTORE_POINT_NOT_FOUND) {
        throw gone;
      }
      report.addMissingRestorePointIds(id.toString());
    }
  }

  private void goes(UUID id) {
    RetentionVerdict.Builder verdict = verdict(facts(id, List.of())).setGoes(true);
    if (request.getApply()) {
      try {
        upkeep.prune(id);
        verdict.setRemoved(true);
      } catch (BackupException refused) {
        if (refused.code() == ErrorCode.RESTORE_POINT_NOT_FOUND) {
          report.addMissingRestorePointIds(id.toString());
          return;
        }
        if (refused.kind() != ErrorKind.CONFLICT || refused.code() == ErrorCode.POOL_IN_USE) {
          throw refused;
        }
        verdict.setRefused(
            ErrorDetail.newBuilder()
                .setCode(refused.code().number())
                .putAllParameters(refused.parameters()));
      }
    }
    report.addVerdicts(verdict);
  }

  private static RetentionVerdict.Builder verdict(PointFacts facts) {
    return RetentionVerdict.newBuilder().setFacts(facts);
  }

  private PointFacts facts(UUID id, List<String> reasons) {
    return facts(id, upkeep.retention(id)).toBuilder()
        .clearKeptFor()
        .addAllKeptFor(reasons)
        .build();
  }

  /** Facts as the protocol tells them. */
  static PointFacts facts(UUID id, RetentionFacts facts) {
    return PointFacts.newBuilder()
        .setRestorePointId(id.toString())
        .setHeld(facts.heldByHand())
        .setImmutableUntilEpochMillis(facts.immutableUntil().map(Instant::toEpochMilli).orElse(0L))
        .addAllKeptFor(facts.keptFor())
        .build();
  }

  private static RetentionPolicy policy(RetentionRules rules) {
    Optional<RetentionUnit> unit =
        switch (rules.getUnit()) {
          case RETENTION_UNIT_DAYS -> Optional.of(RetentionUnit.DAYS);
          case RETENTION_UNIT_WEEKS -> Optional.of(RetentionUnit.WEEKS);
          case RETENTION_UNIT_MONTHS -> Optional.of(RetentionUnit.MONTHS);
          case RETENTION_UNIT_COUNT -> Optional.of(RetentionUnit.COUNT);
          // A rule of a newer server: what is not understood keeps everything.
          case RETENTION_UNIT_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    return new RetentionPolicy(
        unit.map(known -> new RetentionRule(known, rules.getKeep())),
        new PeriodsKept(rules.getDaily(), rules.getWeekly(), rules.getMonthly(), rules.getYearly()),
        zone(rules.getTimeZone()));
  }

  private static ZoneId zone(String name) {
    try {
      return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw BackupException.causedBy(
          unknown,
          ErrorCode.INVALID_VALUE,
          "field",
          "time_zone",
          "value",
          name,
          "expected",
          "a time zone");
    }
  }
}
