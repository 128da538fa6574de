package io.holdfast.web.rest.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.pool.NewPool;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolKind;
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
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
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
   * DEDUP) a standard pool. With {@code id} an existing pool is taken in.
   */
  public record Wanted(
      String id, String name, String agentId, String folder, Integer chunkBytes, String kind) {
    NewPool checked() {
      return new NewPool(
          Required.text("name", name),
          new AgentId(Required.text("agentId", agentId)),
          Required.text("folder", folder),
          chunkBytes == null ? NewPool.DEFAULT_CHUNK_BYTES : chunkBytes,
          Required.choice("kind", kind, PoolKind.class, PoolKind.STANDARD));
    }
  }

  /** A pool and its settings. */
  public record Created(
      String id, String name, String agentId, String folder, int chunkBytes, String kind) {
    static Created of(StoragePool pool) {
      return new Created(
          pool.id().value(),
          pool.name(),
          pool.agent().value(),
          pool.folder(),
          pool.chunkBytes(),
          pool.kind().name());
    }
  }

  /**
   * A pool now; amounts are -1 and {@code problem} says why when its agent could not be asked.
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
      String problem) {
    static Entry of(PoolView view) {
      StoragePool pool = view.pool();
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
          view.problem().map(BackupException::getMessage).orElse(""));
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
    return Created.of(
        wanted.id() == null ? pools.create(pool) : pools.adopt(new PoolId(wanted.id()), pool));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(pools.get(new PoolId(id)));
  }

  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    pools.remove(new PoolId(id));
  }
}
