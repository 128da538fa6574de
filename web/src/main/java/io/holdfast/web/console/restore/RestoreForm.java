package io.holdfast.web.console.restore;

import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.restore.KindRestores;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreMode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the restore wizard holds between its steps. */
public class RestoreForm extends NewPlaceForm {
  private static final long serialVersionUID = 1L;

  private final UUID pointId;
  private final String vmName;
  private final List<DiskRow> disks;
  private final List<NetworkRow> networks;
  private RestoreMode mode;
  private String newVmName;
  private String targetVmId;
  private boolean deleteOtherDisks;
  private boolean snapshotBefore;
  private boolean rollBack;
  private boolean refuseRunning;
  private int added;
  private int disksPerVm;
  private int streamsPerDisk;

  RestoreForm(RestorePoint point, KindRestores kind) {
    mode = kind.modes().get(0);
    disksPerVm = kind.parallelism().disksPerVm();
    streamsPerDisk = kind.parallelism().streamsPerDisk();
    pointId = UUID.fromString(point.id().value());
    vmName = point.vmName();
    newVmName = point.vmName() + "-restored";
    setPlatformId(point.platformId());
    disks = point.disks().stream().map(DiskRow::new).toList();
    networks =
        point.vm().getNetworksList().stream()
            .map(RestoreForm::row)
            .collect(Collectors.toCollection(ArrayList::new));
  }

  private static NetworkRow row(NetworkCard card) {
    return new NetworkRow(card.getMac(), card.getVswitchName(), card.getProfileName());
  }

  RestoreDefinition definition() {
    boolean newVm = mode == RestoreMode.NEW_VM;
    return new RestoreDefinition(
        pointId,
        mode,
        new RestoreDefinition.Target(
            new PlatformId(getPlatformId()),
            newVm ? text(getHostId()) : "",
            newVm ? text(newVmName) : "",
            isVmChosen() ? text(targetVmId) : ""),
        disks.stream()
            .filter(DiskRow::isChosen)
            .map(disk -> isExistingDisk() ? disk.overChosen() : disk.disk(isNewPath()))
            .toList(),
        newVm && networks.stream().anyMatch(NetworkRow::isChanged)
            ? networks.stream()
                .filter(row -> !row.isAdded() || row.isChanged())
                .map(NetworkRow::network)
                .toList()
            : List.of(),
        options());
  }

  private RestoreDefinition.Options options() {
    boolean newVm = mode == RestoreMode.NEW_VM;
    return options(
        new RestoreDefinition.Behaviour(
            isKeepMac() && newVm,
            (isOverwrite() && newVm) || isOverwriting(),
            deleteOtherDisks && isSubsetOfOriginal(),
            isStartAfter(),
            snapshotBefore && isOverDisks(),
            rollBack && snapshotBefore && isOverDisks(),
            refuseRunning && isOverwriting()),
        newVm ? getTuning().hardware() : RestoreDefinition.Hardware.AS_IT_WAS,
        new Parallelism(
            Parallelism.preset().parallelVms(),
            Parallelism.preset().vmsPerHost(),
            disksPerVm,
            streamsPerDisk));
  }

  /** One more network card (CAS-14). */
  public void addNetwork() {
    added++;
    networks.add(NetworkRow.added(added));
  }

  /** Takes an added card out again. */
  public void removeNetwork(NetworkRow row) {
    networks.removeIf(other -> row.isAdded() && other.getKey().equals(row.getKey()));
  }

  /** All chosen disks go where the first one goes, as far as they fit there (CAS-14). */
  public void placeAllLikeFirst() {
    List<DiskRow> chosen = getChosenDisks();
    chosen.stream().skip(1).forEach(disk -> disk.placeLike(chosen.get(0)));
  }

  /** Whether something that exists is written over. */
  public boolean isOriginal() {
    return mode == RestoreMode.ORIGINAL_VM || mode == RestoreMode.ORIGINAL_DISK;
  }

  /** Whether a VM or disks are made. */
  public boolean isNewPath() {
    return !isOriginal();
  }

  public boolean isNewVm() {
    return mode == RestoreMode.NEW_VM;
  }

  /** Whether disks of a chosen VM are written over (HIK-04). */
  public boolean isExistingDisk() {
    return mode == RestoreMode.EXISTING_DISK;
  }

  /** Whether single disks are written over. */
  public boolean isOverDisks() {
    return isExistingDisk() || mode == RestoreMode.ORIGINAL_DISK;
  }

  /** Whether a VM that is there is chosen as the target. */
  public boolean isVmChosen() {
    return isExistingDisk() || isNewDisk();
  }

  /** Whether a VM that is there is written over, all of it or some disks. */
  public boolean isOverwriting() {
    return isOriginal() || isExistingDisk();
  }

  public boolean isRefuseRunning() {
    return refuseRunning;
  }

  public void setRefuseRunning(boolean refuseRunning) {
    this.refuseRunning = refuseRunning;
  }

  public boolean isSnapshotBefore() {
    return snapshotBefore;
  }

  public void setSnapshotBefore(boolean snapshotBefore) {
    this.snapshotBefore = snapshotBefore;
  }

  public boolean isRollBack() {
    return rollBack;
  }

  public void setRollBack(boolean rollBack) {
    this.rollBack = rollBack;
  }

  public boolean isNewDisk() {
    return mode == RestoreMode.NEW_DISK;
  }

  /** Whether the whole VM goes over its original with some of its disks left out (CAS-13). */
  public boolean isSubsetOfOriginal() {
    return mode == RestoreMode.ORIGINAL_VM && !disks.stream().allMatch(DiskRow::isChosen);
  }

  /** The VM in the restore point. */
  public String getVmName() {
    return vmName;
  }

  public List<DiskRow> getDisks() {
    return disks;
  }

  /** The disks that are restored. */
  public List<DiskRow> getChosenDisks() {
    return disks.stream().filter(DiskRow::isChosen).toList();
  }

  public List<NetworkRow> getNetworks() {
    return networks;
  }

  public RestoreMode getMode() {
    return mode;
  }

  public void setMode(RestoreMode mode) {
    this.mode = mode;
  }

  public String getNewVmName() {
    return newVmName;
  }

  public void setNewVmName(String newVmName) {
    this.newVmName = newVmName;
  }

  public String getTargetVmId() {
    return targetVmId;
  }

  public void setTargetVmId(String targetVmId) {
    this.targetVmId = targetVmId;
  }

  public boolean isDeleteOtherDisks() {
    return deleteOtherDisks;
  }

  public void setDeleteOtherDisks(boolean deleteOtherDisks) {
    this.deleteOtherDisks = deleteOtherDisks;
  }

  public int getDisksPerVm() {
    return disksPerVm;
  }

  public void setDisksPerVm(int disksPerVm) {
    this.disksPerVm = disksPerVm;
  }

  public int getStreamsPerDisk() {
    return streamsPerDisk;
  }

  public void setStreamsPerDisk(int streamsPerDisk) {
    this.streamsPerDisk = streamsPerDisk;
  }
}
