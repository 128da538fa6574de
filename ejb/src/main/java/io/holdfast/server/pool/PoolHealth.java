package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolKeyKind;
import io.holdfast.agent.protocol.PoolStatus;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is wrong with a pool now (POOL-08).
 *
 * @param findings none: all is well
 */
public record PoolHealth(Set<PoolFinding> findings) {
  private static final double PERCENT = 100;

  /** How a pool is, in one word. */
  public enum Level {
    GOOD,
    WARNING,
    CRITICAL
  }

  public PoolHealth {
    findings = findings.isEmpty() ? EnumSet.noneOf(PoolFinding.class) : EnumSet.copyOf(findings);
  }

  /**
   * Judges a pool.
   *
   * @param status nothing when it could not be asked
   */
  static PoolHealth of(PoolLimits limits, Optional<PoolStatus> status) {
    Set<PoolFinding> found = EnumSet.noneOf(PoolFinding.class);
    if (status.isEmpty()) {
      found.add(PoolFinding.UNREACHABLE);
      return new PoolHealth(found);
    }
    PoolStatus now = status.get();
    judgeKey(now, found);
    if (now.getDamagedManifests() > 0) {
      found.add(PoolFinding.MANIFESTS_DAMAGED);
    }
    boolean dedup = PoolKind.of(now.getKind()) == PoolKind.DEDUP;
    if (dedup && !now.getIndexUsable()) {
      found.add(PoolFinding.INDEX_OUT_OF_USE);
    }
    judgeSpace(limits, now, found);
    return new PoolHealth(found);
  }

  private static void judgeKey(PoolStatus now, Set<PoolFinding> found) {
    switch (now.getKey()) {
      case POOL_KEY_MISSING -> found.add(PoolFinding.KEY_MISSING);
      case POOL_KEY_REFUSED -> found.add(PoolFinding.KEY_REFUSED);
      case POOL_KEY_UNREADABLE -> found.add(PoolFinding.KEY_FILE_UNREADABLE);
      case POOL_KEY_STATE_UNSPECIFIED, POOL_KEY_NOT_ENCRYPTED, POOL_KEY_OPENS, UNRECOGNIZED -> {}
    }
    boolean recovery =
        now.getKeySlotsList().stream()
            .anyMatch(slot -> slot.getKind() == PoolKeyKind.POOL_KEY_RECOVERY);
    if (now.getEncrypted() && !recovery) {
      found.add(PoolFinding.NO_RECOVERY_KEY);
    }
  }

  private static void judgeSpace(PoolLimits limits, PoolStatus now, Set<PoolFinding> found) {
    long capacity = now.getCapacityBytes();
    judge(
        share(capacity - now.getFreeBytes(), capacity),
        limits,
        PoolFinding.SPACE_LOW,
        PoolFinding.SPACE_CRITICAL,
        found);
    long quota = limits.quotaBytes();
    double used = share(now.getStoredBytes(), quota);
    if (used >= PERCENT) {
      found.add(PoolFinding.QUOTA_REACHED);
    } else {
      judge(used, limits, PoolFinding.QUOTA_NEAR, PoolFinding.QUOTA_CRITICAL, found);
    }
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 0 : part * PERCENT / whole;
  }

  private static void judge(
      double percent,
      PoolLimits limits,
      PoolFinding warning,
      PoolFinding critical,
      Set<PoolFinding> found) {
    if (percent >= limits.criticalPercent()) {
      found.add(critical);
    } else if (percent >= limits.warningPercent()) {
      found.add(warning);
    }
  }

  /** The same with one finding more. */
  PoolHealth and(PoolFinding finding) {
    Set<PoolFinding> more = EnumSet.of(finding);
    more.addAll(findings);
    return new PoolHealth(more);
  }

  public Level level() {
    if (findings.isEmpty()) {
      return Level.GOOD;
    }
    return findings.stream().anyMatch(PoolFinding::isCritical) ? Level.CRITICAL : Level.WARNING;
  }
}
