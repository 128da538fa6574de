package io.holdfast.web.rest.pool;

import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointDisk;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.pool.PoolId;
import io.holdfast.web.rest.Paged;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;

/** {@code /restore-points}: what can be restored (RST-01). */
@Path("/restore-points")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RestorePointResource {
  @Inject private CatalogService catalog;

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

  /** A restore point, complete by itself whatever its type. */
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
          point.disks().stream().map(Disk::of).toList());
    }
  }

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
}
