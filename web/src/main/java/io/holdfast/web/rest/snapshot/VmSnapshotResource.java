package io.holdfast.web.rest.snapshot;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.snapshot.SnapshotWanted;
import io.holdfast.server.snapshot.VmSnapshotService;
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

/**
 * {@code /platforms/{id}/vms/{vmId}/snapshots} (CAS-21). Changes answer with the operation that was
 * begun; {@code /snapshot-operations/{id}} tells its end.
 */
@Path("/platforms/{id}/vms/{vmId}/snapshots")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class VmSnapshotResource {
  private static final int MEMORY_SECONDS = 600;

  @Inject private VmSnapshotService snapshots;

  /**
   * A snapshot to take.
   *
   * @param memory with the memory of a VM that runs
   * @param memoryTimeoutSeconds writing it may take so long before the platform pauses the VM; 600
   *     when left out
   */
  public record Wanted(
      String name, String title, String description, Boolean memory, Integer memoryTimeoutSeconds) {
    SnapshotWanted checked() {
      return new SnapshotWanted(
          Required.text("name", name),
          title,
          description,
          memorySeconds(memory, memoryTimeoutSeconds));
    }
  }

  static int memorySeconds(Boolean memory, Integer seconds) {
    if (!Boolean.TRUE.equals(memory)) {
      return 0;
    }
    return seconds == null ? MEMORY_SECONDS : Math.max(1, seconds);
  }

  /** All of them, parents before children. */
  @GET
  public List<SnapshotEntry> list(@PathParam("id") String id, @PathParam("vmId") String vmId) {
    return snapshots.list(new PlatformId(id), vmId).getSnapshotsList().stream()
        .map(SnapshotEntry::of)
        .toList();
  }

  @POST
  public OperationEntry create(
      @PathParam("id") String id, @PathParam("vmId") String vmId, Wanted wanted) {
    return OperationEntry.of(
        snapshots.create(new PlatformId(id), vmId, Required.body(wanted).checked()));
  }

  /** Takes the VM, which must be off, back; what was written since is lost. */
  @POST
  @Path("/{name}/revert")
  public OperationEntry revert(
      @PathParam("id") String id, @PathParam("vmId") String vmId, @PathParam("name") String name) {
    return OperationEntry.of(snapshots.revert(new PlatformId(id), vmId, name));
  }

  @DELETE
  @Path("/{name}")
  public OperationEntry delete(
      @PathParam("id") String id, @PathParam("vmId") String vmId, @PathParam("name") String name) {
    return OperationEntry.of(snapshots.delete(new PlatformId(id), vmId, name));
  }
}
