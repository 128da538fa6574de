package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Asks platforms from time to time whether they are there (RES-06), so that a list shows it before
 * a backup meets it. Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PlatformWatch {
  private static final Logger LOG = System.getLogger(PlatformWatch.class.getName());

  @Inject PlatformRepository platforms;
  @Inject PlatformService service;
  @Inject PlatformReachability reachability;

  /** Those whose turn it is. */
  public List<PlatformId> due() {
    return platforms.all().stream().map(Platform::id).filter(reachability::isDue).toList();
  }

  /** Asks one and keeps what came of it; says a change in the log. */
  public void look(PlatformId id) {
    PlatformState before = reachability.of(id).state();
    try {
      service.testSaved(id);
      if (before == PlatformState.OFFLINE) {
        LOG.log(Level.INFO, "Platform {0} is online again", id);
      }
    } catch (BackupException problem) {
      if (before != PlatformState.OFFLINE) {
        LOG.log(Level.WARNING, "Platform {0} is offline: {1}", id, problem.getMessage());
      }
    }
  }
}
