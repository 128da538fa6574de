package io.holdfast.web.rest.pool;

import io.holdfast.agent.protocol.DamagedManifest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.catalog.PoolImport;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolIndexService;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;

/** Taking in a pool that is there, and making again what can be made from it (OPS-02, POOL-02). */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PoolAttachResource {
  @Inject private PoolService pools;
  @Inject private PoolImport catalog;
  @Inject private PoolIndexService index;

  /** A restore point that cannot be read, and why. */
  public record Damaged(String restorePointId, String problem) {
    static Damaged of(DamagedManifest manifest) {
      BackupException error =
          BackupException.of(
              ErrorCode.ofNumber(manifest.getError().getCode()),
              manifest.getError().getParametersMap(),
              null);
      return new Damaged(manifest.getRestorePointId(), error.getMessage());
    }
  }

  /**
   * What came in.
   *
   * @param recorded restore points new in the catalog
   * @param known those that it had
   */
  public record Imported(String id, int recorded, int known, List<Damaged> damaged) {
    static Imported of(PoolId id, PoolImport.Imported imported) {
      return new Imported(
          id.value(),
          imported.recorded(),
          imported.known(),
          imported.damaged().stream().map(Damaged::of).toList());
    }
  }

  /** Takes a pool in, whatever its id is, and its whole catalog with it. */
  @POST
  @Path("/attach")
  public Imported attach(PoolResource.Wanted wanted) {
    StoragePool pool = pools.attach(expected(Required.body(wanted)), wanted.checked());
    return Imported.of(pool.id(), catalog.importPool(pool.id()));
  }

  private static Optional<PoolId> expected(PoolResource.Wanted wanted) {
    return Optional.ofNullable(wanted.id()).map(PoolId::new);
  }

  /** Records restore points that the catalog lacks. */
  @POST
  @Path("/{id}/import")
  public Imported again(@PathParam("id") String id) {
    PoolId pool = new PoolId(id);
    return Imported.of(pool, catalog.importPool(pool));
  }

  /** Makes a dedup pool's index anew. */
  @POST
  @Path("/{id}/index")
  public void rebuild(@PathParam("id") String id) {
    index.rebuild(new PoolId(id));
  }
}
