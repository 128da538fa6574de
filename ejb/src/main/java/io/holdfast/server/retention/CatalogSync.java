package io.holdfast.server.retention;

import io.holdfast.agent.protocol.ListPointFactsRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.catalog.PoolImported;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.run.TaskQueue;
import io.holdfast.server.run.TaskRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the catalog follow the pools: rows of restore points that are gone go, protection and
 * immutable periods are read again. Heals what a crash between pool and catalog left, and what was
 * done to the pool while this server was away. A restore point of one of this server's own tasks
 * that has ended without recording it is recorded: its agent was lost after the seal. Asks agents:
 * never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class CatalogSync {
  private static final Logger LOG = System.getLogger(CatalogSync.class.getName());
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMinutes(5);
  private static final int PORTION = 200;

  private final Map<PoolId, Instant> next = new ConcurrentHashMap<>();

  @Inject private PoolRepository pools;
  @Inject private PoolConnections connections;
  @Inject private RestorePointRepository points;
  @Inject private RestorePointRegister register;
  @Inject private TaskRepository tasks;
  @Inject private TaskQueue queue;
  @Inject private AgentGateway gateway;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /** Pools whose turn has come, after a boot all of them, and whose agent is online. */
  public void work() {
    Instant now = clock.instant();
    List<StoragePool> all = transaction.call(pools::all);
    next.keySet().retainAll(all.stream().map(StoragePool::id).toList());
    for (StoragePool pool : all) {
      boolean due = !next.getOrDefault(pool.id(), Instant.EPOCH).isAfter(now);
      if (due && transaction.call(() -> queue.isOnline(pool.agent()))) {
        next.put(pool.id(), now.plus(sync(pool) ? EVERY : PAUSE));
      }
    }
  }

  /** Rows just imported learn at the next tick what their pool says of them. */
  void imported(@Observes PoolImported pool) {
    next.remove(pool.pool());
  }

  private boolean sync(StoragePool pool) {
    try {
      int gone = sync(pool.id());
      if (gone > 0) {
        LOG.log(Level.INFO, "Pool {0}: {1} restore points are gone", pool.name(), gone);
      }
      return true;
    } catch (BackupException failure) {
      LOG.log(Level.INFO, "Pool {0}: {1}", pool.name(), failure.getMessage());
      return false;
    }
  }

  /**
   * Makes the rows of one pool follow it; how many went. A pool that shows no restore point at all
   * takes no row with it: it is more likely not there than empty. Errors of the agent.
   */
  public int sync(PoolId id) {
    // Rows first: a restore point that is recorded meanwhile is in neither list.
    Set<String> gone = new HashSet<>(transaction.call(() -> points.idsIn(id)));
    List<PointFacts> there = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    gateway
        .upkeep(connections.agent(id))
        .listPointFacts(
            ListPointFactsRequest.newBuilder().setPool(connections.access(id)).build(),
            facts -> {
              if (gone.remove(facts.getRestorePointId())) {
                there.add(facts);
              } else {
                unknown.add(facts.getRestorePointId());
              }
            });
    recordOwn(id, unknown);
    if (there.isEmpty() && unknown.isEmpty() && !gone.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "Pool {0} shows none of its {1} restore points; their rows stay in the catalog",
          id,
          gone.size());
      return 0;
    }
    for (int from = 0; from < there.size(); from += PORTION) {
      List<PointFacts> part = there.subList(from, Math.min(there.size(), from + PORTION));
      transaction.run(() -> part.forEach(points::follow));
    }
    transaction.run(
        () ->
            gone.forEach(
                point -> points.byId(new RestorePointId(point)).ifPresent(points::remove)));
    return gone.size();
  }

  private void recordOwn(PoolId id, List<String> unknown) {
    Set<String> own = new HashSet<>();
    for (int from = 0; from < unknown.size(); from += PORTION) {
      List<String> part = unknown.subList(from, Math.min(unknown.size(), from + PORTION));
      own.addAll(transaction.call(() -> tasks.endedBackups(part)));
    }
    if (own.isEmpty()) {
      return;
    }
    List<RestorePointSummary> found = new ArrayList<>();
    gateway
        .pools(connections.agent(id))
        .listRestorePoints(
            ListRestorePointsRequest.newBuilder().setPool(connections.access(id)).build(),
            summary -> {
              if (own.contains(summary.getRestorePointId())) {
                found.add(summary);
              }
            });
    transaction.run(() -> found.forEach(summary -> register.record(summary, id)));
    LOG.log(Level.INFO, "Pool {0}: {1} sealed restore points were not recorded", id, found.size());
  }
}
