package io.holdfast.web.rest.platform;

import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.PlatformId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * {@code /platforms/{id}/…}: what can be backed up and where a restore can go (INV-01 to INV-03).
 */
@Path("/platforms")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class InventoryResource {
  @Inject private InventoryService inventories;

  /**
   * One node; {@code parentId} is of the pool and cluster view, a VM's is its host in both views.
   */
  public record Node(
      String id,
      String parentId,
      String kind,
      String name,
      String title,
      String address,
      String state,
      long diskBytes) {
    static Node of(InventoryEntry entry) {
      return new Node(
          entry.id(),
          entry.parentId(),
          entry.kind().name(),
          entry.name(),
          entry.title(),
          entry.address(),
          entry.state(),
          entry.diskBytes());
    }
  }

  /** A disk of a VM now. */
  public record Disk(
      String diskKey,
      String device,
      String format,
      long sizeBytes,
      String storagePool,
      String mode) {}

  /** A VM as the platform describes it now. */
  public record Vm(
      String id,
      String uuid,
      String name,
      String title,
      String hostId,
      String hostName,
      String state,
      List<Disk> disks) {
    static Vm of(VmDescription vm) {
      return new Vm(
          vm.getVmId(),
          vm.getUuid(),
          vm.getName(),
          vm.getTitle(),
          vm.getHostId(),
          vm.getHostName(),
          vm.getState(),
          vm.getDisksList().stream()
              .map(
                  disk ->
                      new Disk(
                          disk.getDiskKey(),
                          disk.getDevice(),
                          disk.getFormat(),
                          disk.getSizeBytes(),
                          disk.getStoragePool(),
                          disk.getMode()))
              .toList());
    }
  }

  /** A storage pool of a host. */
  public record Storage(
      String name, String title, String type, long totalBytes, long freeBytes, boolean active) {}

  /** Something with an id and a name. */
  public record Named(String id, String name) {}

  /** What a host offers to a restore. */
  public record Resources(List<Storage> storagePools, List<Named> vswitches, List<Named> profiles) {
    static Resources of(HostResources host) {
      return new Resources(
          host.getStoragePoolsList().stream()
              .map(
                  pool ->
                      new Storage(
                          pool.getName(),
                          pool.getTitle(),
                          pool.getType(),
                          pool.getTotalBytes(),
                          pool.getFreeBytes(),
                          pool.getActive()))
              .toList(),
          host.getVswitchesList().stream().map(v -> new Named(v.getId(), v.getName())).toList(),
          host.getProfilesList().stream().map(p -> new Named(p.getId(), p.getName())).toList());
    }
  }

  /**
   * The inventory, parents before children; with {@code q} only what matches all its words
   * (INV-02).
   */
  @GET
  @Path("/{id}/inventory")
  public List<Node> inventory(
      @PathParam("id") String id,
      @QueryParam("refresh") @DefaultValue("false") boolean refresh,
      @QueryParam("q") @DefaultValue("") String query) {
    PlatformId platform = new PlatformId(id);
    Inventory inventory = refresh ? inventories.refresh(platform) : inventories.inventory(platform);
    List<InventoryEntry> entries = query.isBlank() ? inventory.all() : inventory.search(query);
    return entries.stream().map(Node::of).toList();
  }

  @GET
  @Path("/{id}/vms/{vmId}")
  public Vm vm(@PathParam("id") String id, @PathParam("vmId") String vmId) {
    return Vm.of(inventories.describeVm(new PlatformId(id), vmId));
  }

  @GET
  @Path("/{id}/hosts/{hostId}/resources")
  public Resources resources(@PathParam("id") String id, @PathParam("hostId") String hostId) {
    return Resources.of(inventories.hostResources(new PlatformId(id), hostId));
  }
}
