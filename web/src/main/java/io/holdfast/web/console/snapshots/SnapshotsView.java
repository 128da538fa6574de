package io.holdfast.web.console.snapshots;

import io.holdfast.agent.protocol.SnapshotList;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.snapshot.SnapshotOperation;
import io.holdfast.server.snapshot.SnapshotRepository;
import io.holdfast.server.snapshot.SnapshotWanted;
import io.holdfast.server.snapshot.VmSnapshotService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.LanguageView;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** The snapshots of one VM, and what is done with them (CAS-21). */
@Named
@ViewScoped
public class SnapshotsView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_OPERATIONS = 20;
  private static final int MOST_VMS = 1000;
  private static final int MEMORY_SECONDS = 600;

  @Inject VmSnapshotService snapshots;
  @Inject PlatformService platforms;
  @Inject InventoryService inventories;
  @Inject Feedback feedback;
  @Inject LanguageView language;

  private String platformId = "";
  private String vmId = "";
  private transient List<Platform> knownPlatforms;
  private transient Inventory inventory;
  private transient SnapshotList present;
  private transient List<SnapshotOperation> operations;
  private String name;
  private String description;
  private boolean memory;
  private int memoryTimeoutSeconds = MEMORY_SECONDS;

  /** Takes platform and VM named in the address. */
  @PostConstruct
  public void open() {
    Map<String, String> asked =
        FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap();
    platformId = asked.getOrDefault("platform", "");
    vmId = asked.getOrDefault("vm", "");
    if (platformId.isEmpty() && getPlatforms().size() == 1) {
      platformId = getPlatforms().get(0).id().value();
    }
  }

  public List<Platform> getPlatforms() {
    if (knownPlatforms == null) {
      knownPlatforms = feedback.attempt(platforms::list).orElse(List.of());
    }
    return knownPlatforms;
  }

  /** VMs of the platform, at most a thousand. */
  public List<InventoryEntry> getVms() {
    if (inventory == null && !platformId.isEmpty()) {
      inventory =
          feedback.attempt(() -> inventories.inventory(new PlatformId(platformId))).orElse(null);
    }
    return inventory == null
        ? List.of()
        : inventory.ofKind(InventoryKind.VM).stream().limit(MOST_VMS).toList();
  }

  /** Another platform: its VMs, none chosen. */
  public void platformChanged() {
    inventory = null;
    vmId = "";
    reload();
  }

  /** Asks the platform anew. */
  public void reload() {
    present = null;
    operations = null;
  }

  /** Whether a VM is chosen. */
  public boolean isChosen() {
    return !platformId.isEmpty() && vmId != null && !vmId.isEmpty();
  }

  /** The tree, flat; empty when it cannot be read, which is told. */
  public List<SnapshotRow> getRows() {
    if (present == null && isChosen()) {
      present =
          feedback
              .attempt(() -> snapshots.list(new PlatformId(platformId), vmId))
              .orElse(SnapshotList.getDefaultInstance());
    }
    return present == null ? List.of() : SnapshotRow.of(present.getSnapshotsList());
  }

  /** How people call the VM. */
  public String getVmTitle() {
    getRows();
    return present == null || present.getVm().getTitle().isEmpty()
        ? vmId
        : present.getVm().getTitle();
  }

  /** Whether it is off, so that it can be reverted. */
  public boolean isOff() {
    getRows();
    return present != null && present.getVm().getState().equals("shutOff");
  }

  /** What was done lately, newest first. */
  public List<SnapshotOperation> getOperations() {
    if (operations == null && isChosen()) {
      operations =
          feedback
              .attempt(
                  () ->
                      snapshots
                          .operations(
                              new SnapshotRepository.Filter(new PlatformId(platformId), vmId, null),
                              PageRequest.first(MOST_OPERATIONS))
                          .items())
              .orElse(List.of());
    }
    return operations == null ? List.of() : operations;
  }

  /** Looks how far operations are; when one has ended, also what is on the platform. */
  public void look() {
    boolean before = isBusy();
    operations = null;
    if (before && !isBusy()) {
      present = null;
    }
  }

  /** Whether something is under way. */
  public boolean isBusy() {
    return getOperations().stream().anyMatch(each -> !each.state().isEnded());
  }

  /** Why an operation failed or is tried again. */
  public String problem(SnapshotOperation operation) {
    return operation.error().map(error -> error.message(language.getLocale())).orElse("");
  }

  /** Opens the dialog for a new snapshot. */
  public void prepare() {
    name = "";
    description = "";
    memory = false;
    memoryTimeoutSeconds = MEMORY_SECONDS;
  }

  /** Takes the snapshot of the dialog. */
  public void create() {
    begun(
        () ->
            snapshots.create(
                new PlatformId(platformId),
                vmId,
                new SnapshotWanted(name, "", description, memory ? memoryTimeoutSeconds : 0)),
        "snapshots.creating",
        name);
  }

  /** Takes the VM back. */
  public void revert(SnapshotRow row) {
    begun(
        () -> snapshots.revert(new PlatformId(platformId), vmId, row.name()),
        "snapshots.reverting",
        row.title());
  }

  /** Deletes a snapshot. */
  public void delete(SnapshotRow row) {
    begun(
        () -> snapshots.delete(new PlatformId(platformId), vmId, row.name()),
        "snapshots.deleting",
        row.title());
  }

  private void begun(Runnable change, String told, String what) {
    if (feedback.attempt(change)) {
      feedback.done(told, what);
    }
    operations = null;
  }

  public String getPlatformId() {
    return platformId;
  }

  public void setPlatformId(String platformId) {
    this.platformId = platformId == null ? "" : platformId;
  }

  public String getVmId() {
    return vmId;
  }

  public void setVmId(String vmId) {
    this.vmId = vmId == null ? "" : vmId;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getDescription() {
    return description;
  }

  public void setDescription(String description) {
    this.description = description;
  }

  public boolean isMemory() {
    return memory;
  }

  public void setMemory(boolean memory) {
    this.memory = memory;
  }

  public int getMemoryTimeoutSeconds() {
    return memoryTimeoutSeconds;
  }

  public void setMemoryTimeoutSeconds(int memoryTimeoutSeconds) {
    this.memoryTimeoutSeconds = memoryTimeoutSeconds;
  }
}
