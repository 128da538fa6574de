package io.holdfast.web.rest.pool;

import io.holdfast.error.BackupException;
import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointDisk;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.retention.Removal;
import io.holdfast.server.retention.RestorePointService;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /restore-points}: what can be restored (RST-01). */
@Path("/restore-points")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RestorePointResource {
  @Inject private CatalogService catalog;
  @Inject private RestorePointService points;

  /** A disk of a restore point. */
  public record Disk(
      String diskKey,
      String device,
      String format,
      String storagePool,
      long sizeBytes,
      long readBytes,
      long storedBytes) {
    static Disk of(RestorePointDisk disk) {
      return new Disk(
          disk.diskKey(),
          disk.device(),
          disk.format(),
          disk.storagePool(),
          disk.sizeBytes(),
          disk.readBytes(),
          disk.storedBytes());
    }
  }

  /**
   * A restore point, complete by itself whatever its type.
   *
   * @param held protected by hand
   * @param immutableUntil nobody can delete it before; empty: no such time
   * @param keptFor why retention kept it when it was applied last
   * @param damagedPlaces keep it from being restored in full, as last verified; a full backup of
   *     the VM stores the data again
   */
  public record Entry(
      String id,
      String platformId,
      String poolId,
      String vmId,
      String vmName,
      String vmTitle,
      String hostId,
      String hostName,
      String type,
      String baseId,
      String createdAt,
      long diskBytes,
      long readBytes,
      long storedBytes,
      String jobName,
      boolean incrementalCanFollow,
      boolean held,
      String immutableUntil,
      List<String> keptFor,
      long damagedPlaces,
      List<Disk> disks) {
    static Entry of(RestorePoint point) {
      return new Entry(
          point.id().value(),
          point.platformId(),
          point.pool().value(),
          point.vmId(),
          point.vmName(),
          point.vmTitle(),
          point.vm().getHostId(),
          point.hostName(),
          point.type().name(),
          point.base().map(RestorePointId::value).orElse(""),
          point.createdAt().toString(),
          point.diskBytes(),
          point.readBytes(),
          point.storedBytes(),
          point.jobName(),
          point.trackingReady(),
          point.held(),
          point.immutableUntil().map(Instant::toString).orElse(""),
          point.keptFor(),
          point.damagedPlaces(),
          point.disks().stream().map(Disk::of).toList());
    }
  }

  /**
   * What deleting would mean.
   *
   * @param dependants restore points made against it; they stay restorable
   * @param nextBackupIsFull whether it is the VM's newest
   * @param restoreJobs names of kept restore jobs that cannot run any more then
   * @param freedBytes -1 when it could not be measured
   * @param refused why it cannot be deleted now; empty: it can
   */
  public record RemovalEntry(
      List<String> dependants,
      boolean nextBackupIsFull,
      List<String> restoreJobs,
      long freedBytes,
      String refused) {
    static RemovalEntry of(Removal removal) {
      return new RemovalEntry(
          removal.dependants().stream().map(point -> point.id().value()).toList(),
          removal.newest(),
          removal.restoreJobs(),
          removal.freed().map(freed -> freed.getPackBytes() + freed.getFileBytes()).orElse(-1L),
          removal.refused().map(BackupException::getMessage).orElse(""));
    }
  }

  /** What a change of protection takes. */
  public record Protection(Boolean held) {}

  /** Newest first; {@code vm} is part of the VM's name or title. */
  @GET
  public Paged<Entry> find(
      @QueryParam("platformId") String platformId,
      @QueryParam("vmId") String vmId,
      @QueryParam("poolId") String poolId,
      @QueryParam("vm") @DefaultValue("") String text,
      @BeanParam Paged.Part part) {
    RestorePointQuery query =
        new RestorePointQuery(
            Optional.ofNullable(platformId),
            Optional.ofNullable(vmId),
            Optional.ofNullable(poolId).map(PoolId::new),
            text,
            Optional.empty(),
            Optional.empty());
    return Paged.of(catalog.find(query, part.request()), Entry::of);
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(catalog.get(new RestorePointId(id)));
  }

  /** What deleting it would mean; changes nothing. */
  @GET
  @Path("/{id}/removal")
  public RemovalEntry removal(@PathParam("id") String id) {
    return RemovalEntry.of(points.preview(new RestorePointId(id)));
  }

  /** Deletes it; refused while it is protected, immutable or needed. */
  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    points.remove(new RestorePointId(id));
  }

  /** Protects it by hand, or ends that. */
  @PUT
  @Path("/{id}/protection")
  @Consumes(MediaType.APPLICATION_JSON)
  public Entry protect(@PathParam("id") String id, Protection protection) {
    boolean held = Required.value("held", Required.body(protection).held());
    return Entry.of(points.protect(new RestorePointId(id), held));
  }
}
