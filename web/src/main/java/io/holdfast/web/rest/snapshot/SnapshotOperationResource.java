package io.holdfast.web.rest.snapshot;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.snapshot.SnapshotRepository;
import io.holdfast.server.snapshot.VmSnapshotService;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** {@code /snapshot-operations}: what was done with snapshots, is being done and waits (CAS-21). */
@Path("/snapshot-operations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SnapshotOperationResource {
  @Inject private VmSnapshotService snapshots;

  /** Newest first; all, of a platform, of a VM or of a schedule. */
  @GET
  public Paged<OperationEntry> list(
      @QueryParam("platformId") String platformId,
      @QueryParam("vmId") String vmId,
      @QueryParam("scheduleId") String scheduleId,
      @BeanParam Paged.Part part) {
    SnapshotRepository.Filter filter =
        new SnapshotRepository.Filter(
            platformId == null ? null : new PlatformId(platformId), vmId, scheduleId);
    return Paged.of(snapshots.operations(filter, part.request()), OperationEntry::of);
  }

  @GET
  @Path("/{id}")
  public OperationEntry get(@PathParam("id") String id) {
    return OperationEntry.of(snapshots.operation(Required.id("id", id)));
  }
}
