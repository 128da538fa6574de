package io.holdfast.server.inventory;

/**
 * One thing of a platform's inventory.
 *
 * @param id unique and stable within the platform, {@code <kind>:<platform's own id>}
 * @param parentId in the pool and cluster view; a VM's is its host; empty at the top
 * @param name unique name (INV-03: shown on hovering)
 * @param title what people read (INV-03)
 * @param address of hosts, else empty
 * @param state as the agent protocol says
 * @param objectId the platform's own id
 * @param diskBytes of VMs; 0 where the platform does not tell
 */
public record InventoryEntry(
    InventoryKind kind,
    String id,
    String parentId,
    String name,
    String title,
    String address,
    String state,
    String objectId,
    long diskBytes) {}
