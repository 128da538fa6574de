package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks platforms from time to time whether they are there (RES-06), so that a list shows it before
 * a backup meets it. Each is asked once an interval and for a minute at most, few at a time: those
 * that hang hold no more threads than that. Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PlatformWatch {
  private static final Logger LOG = System.getLogger(PlatformWatch.class.getName());
  private static final int AT_ONCE = 8;

  private final AtomicInteger asking = new AtomicInteger();

  @Inject PlatformRepository platforms;
  @Inject PlatformService service;
  @Inject PlatformReachability reachability;

  /** Those whose turn it is, the one that was asked longest ago first; not more than may be. */
  public List<PlatformId> due() {
    return platforms.all().stream()
        .map(Platform::id)
        .filter(reachability::isDue)
        .sorted(Comparator.comparing(id -> reachability.of(id).askedAt().orElse(Instant.EPOCH)))
        .limit(Math.max(0, AT_ONCE - asking.get()))
        .toList();
  }

  /** Asks one and keeps what came of it. */
  public void look(PlatformId id) {
    asking.incrementAndGet();
    try {
      service.testSaved(id);
    } catch (BackupException problem) {
      LOG.log(Level.DEBUG, "Platform {0}: {1}", id, problem.getMessage());
    } finally {
      asking.decrementAndGet();
    }
  }
}
