package io.holdfast.web.rest.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.pool.CreatedPool;
import io.holdfast.server.pool.NewPool;
import io.holdfast.server.pool.PoolHealth;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolKind;
import io.holdfast.server.pool.PoolLimits;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.PoolView;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** {@code /pools}: where backups go (POOL-01). */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PoolResource {
  @Inject private PoolService pools;

  /**
   * What a new pool takes; without {@code chunkBytes} 1 MiB, without {@code kind} (STANDARD or
   * DEDUP) a standard pool, with {@code secret} (passphrase or keyFile) an encrypted one. With
   * {@code id} an existing pool is taken in.
   */
  public record Wanted(
      String id,
      String name,
      String agentId,
      String folder,
      Integer chunkBytes,
      String kind,
      PoolSecretText secret) {
    NewPool checked() {
      return new NewPool(
          Required.text("name", name),
          new AgentId(Required.text("agentId", agentId)),
          Required.text("folder", folder),
          chunkBytes == null ? NewPool.DEFAULT_CHUNK_BYTES : chunkBytes,
          Required.choice("kind", kind, PoolKind.class, PoolKind.STANDARD),
          Optional.ofNullable(secret).map(PoolSecretText::key));
    }
  }

  /**
   * A pool and its settings.
   *
   * @param recoveryKey of a new encrypted pool, in this answer and never again; otherwise empty
   */
  public record Created(
      String id,
      String name,
      String agentId,
      String folder,
      int chunkBytes,
      String kind,
      boolean encrypted,
      String recoveryKey) {
    static Created of(StoragePool pool, String recoveryKey) {
      return new Created(
          pool.id().value(),
          pool.name(),
          pool.agent().value(),
          pool.folder(),
          pool.chunkBytes(),
          pool.kind().name(),
          pool.encrypted(),
          recoveryKey);
    }

    @Override
    public String toString() {
      return "Created[" + id + "]";
    }
  }

  /**
   * A pool now; {@code findings} say what is wrong with it (POOL-08), {@code keyState} what the
   * stored secret is worth (OPT-17). Amounts are -1 and {@code problem} says why when its agent
   * could not be asked.
   *
   * @param protectedBytes data of all restore points as if each stood alone, uncompressed; divided
   *     by {@code storedBytes} it is the pool's ratio (POOL-02)
   */
  public record Entry(
      String id,
      String name,
      String agentId,
      String folder,
      int chunkBytes,
      String kind,
      long capacityBytes,
      long freeBytes,
      long storedBytes,
      long protectedBytes,
      long restorePoints,
      String problem,
      boolean encrypted,
      String keyKind,
      String keyState,
      List<String> keys,
      long quotaBytes,
      int warningPercent,
      int criticalPercent,
      String health,
      List<String> findings,
      long damagedManifests,
      long indexEntries) {
    static Entry of(PoolView view) {
      StoragePool pool = view.pool();
      PoolHealth health = view.health();
      return new Entry(
          pool.id().value(),
          pool.name(),
          pool.agent().value(),
          pool.folder(),
          pool.chunkBytes(),
          pool.kind().name(),
          amount(view, PoolStatus::getCapacityBytes),
          amount(view, PoolStatus::getFreeBytes),
          amount(view, PoolStatus::getStoredBytes),
          amount(view, PoolStatus::getProtectedBytes),
          amount(view, PoolStatus::getRestorePoints),
          view.problem().map(BackupException::getMessage).orElse(""),
          pool.encrypted(),
          pool.keyKind().map(Enum::name).orElse(""),
          view.status().map(Entry::keyState).orElse(""),
          view.keys().stream().map(Enum::name).toList(),
          pool.limits().quotaBytes(),
          pool.limits().warningPercent(),
          pool.limits().criticalPercent(),
          health.level().name(),
          health.findings().stream().map(Enum::name).toList(),
          amount(view, PoolStatus::getDamagedManifests),
          amount(view, PoolStatus::getIndexEntries));
    }

    private static String keyState(PoolStatus status) {
      return status.getKey().name().replace("POOL_KEY_", "");
    }

    private static long amount(PoolView view, ToLongFunction<PoolStatus> which) {
      return view.status().isPresent() ? which.applyAsLong(view.status().get()) : -1;
    }
  }

  @GET
  public List<Entry> list() {
    return pools.listWithStatus().stream().map(Entry::of).toList();
  }

  @POST
  public Created create(Wanted wanted) {
    NewPool pool = Required.body(wanted).checked();
    if (wanted.id() != null) {
      return Created.of(pools.attach(Optional.of(new PoolId(wanted.id())), pool), "");
    }
    CreatedPool made = pools.create(pool);
    return Created.of(made.pool(), made.recoveryKey().orElse(""));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(pools.get(new PoolId(id)));
  }

  /** Quota and alarms; what is left out becomes the preset. */
  public record Limits(Long quotaBytes, Integer warningPercent, Integer criticalPercent) {
    PoolLimits checked() {
      PoolLimits preset = PoolLimits.PRESET;
      return new PoolLimits(
          quotaBytes == null ? preset.quotaBytes() : quotaBytes,
          warningPercent == null ? preset.warningPercent() : warningPercent,
          criticalPercent == null ? preset.criticalPercent() : criticalPercent);
    }
  }

  @PUT
  @Path("/{id}/limits")
  public Entry limit(@PathParam("id") String id, Limits limits) {
    return Entry.of(pools.limit(new PoolId(id), Required.body(limits).checked()));
  }

  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    pools.remove(new PoolId(id));
  }
}
