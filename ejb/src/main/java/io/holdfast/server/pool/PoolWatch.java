package io.holdfast.server.pool;

import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks at every pool from time to time: that it is there, that the stored secret still opens it,
 * that it is not damaged and has room (POOL-08, OPT-17). A lost key is said long before it is
 * needed. What is new, and what is over, goes into the audit log and the server's log once. The
 * look also tells the agent the pool's quota. Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolWatch {
  private static final Logger LOG = System.getLogger(PoolWatch.class.getName());

  @Inject PoolRepository pools;
  @Inject PoolConnections connections;
  @Inject AuditService audit;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** Looks at all pools, one after the other. */
  public void look() {
    for (StoragePool pool : transaction.call(pools::all)) {
      look(pool);
    }
  }

  /** Looks at one pool and notes what is found. */
  PoolView look(StoragePool pool) {
    PoolView view = connections.view(pool);
    PoolHealth health = view.health();
    transaction.run(
        () -> {
          PoolCheck check = pools.check(pool.id());
          Set<PoolFinding> before = check.found(health, clock.instant());
          tell(pool, "pool-alarm", difference(health.findings(), before));
          tell(pool, "pool-alarm-over", difference(before, health.findings()));
        });
    return view;
  }

  private void tell(StoragePool pool, String action, Set<PoolFinding> findings) {
    if (findings.isEmpty()) {
      return;
    }
    String named = findings.stream().map(Enum::name).collect(Collectors.joining(", "));
    audit.record(
        "system",
        "server",
        AuditedAction.done(
                action, ResourceRef.of(ResourceKind.POOL, pool.id().value()), pool.name())
            .with(named));
    LOG.log(Level.WARNING, "Pool {0}: {1} {2}", pool.name(), action, named);
  }

  private static Set<PoolFinding> difference(Set<PoolFinding> these, Set<PoolFinding> without) {
    Set<PoolFinding> left = EnumSet.noneOf(PoolFinding.class);
    left.addAll(these);
    left.removeAll(without);
    return left;
  }
}
