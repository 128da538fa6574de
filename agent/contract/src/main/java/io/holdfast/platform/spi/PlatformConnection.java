package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.spi.DiskEndpoint;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One account's view of one platform. Thread-safe. Calls that change something wait for the
 * platform's task to have <em>succeeded</em> (not merely finished), are idempotent as said on each,
 * and retry what the platform calls busy.
 *
 * <p>Errors are {@link io.holdfast.error.BackupException}s with the codes 2000…2999 that name
 * platform, host, VM or disk.
 */
public interface PlatformConnection extends AutoCloseable {

  /**
   * RES-01: resolves, connects, logs in, reads the version. The first thing that fails is the
   * error.
   */
  TestPlatformResponse test();

  /** INV-01: the whole inventory, parents before children; paged to the end. */
  List<InventoryNode> inventory();

  /** VM_NOT_FOUND if there is none with this id. */
  VmDescription describeVm(String vmId);

  /** By unique name. */
  Optional<VmDescription> findVmByName(String name);

  /**
   * By UUID, which a VM keeps when its id on the platform changes. Empty also where the platform
   * cannot look for it.
   */
  default Optional<VmDescription> findVmByUuid(String uuid) {
    return Optional.empty();
  }

  /**
   * The new id of a host that was deleted and added again (CAS-12): there is none of the old id,
   * and one of that name or address with another id. Empty for a host that is there, and for one
   * that is gone.
   */
  default Optional<String> newIdOfHost(String hostId, String name, String address) {
    return Optional.empty();
  }

  HostResources hostResources(String hostId);

  // ---- backup

  /**
   * What stands against a backup of this VM now, and per disk what can be had. Reads only.
   *
   * @throws io.holdfast.error.BackupException VM_STATE_REFUSED, SNAPSHOT_UNSUPPORTED… when the VM
   *     cannot be backed up
   */
  BackupEligibility eligibility(String vmId, SnapshotType wanted);

  /**
   * As {@link #eligibility}, for a VM that will be shut down before its snapshot (OPT-18): judged
   * as if it were off.
   */
  default BackupEligibility eligibilityWhenOff(String vmId, SnapshotType wanted) {
    return eligibility(vmId, wanted);
  }

  /** Switches change tracking on for all disks that can; idempotent. */
  void enableTracking(String vmId);

  /**
   * Begins change tracking of a VM anew: all marks are gone, whoever made them. For a VM whose
   * tracking was found to be wrong.
   */
  default void restartTracking(String vmId) {
    enableTracking(vmId);
  }

  /**
   * Takes a snapshot of all included disks at one instant and, where tracking is on, a tracking
   * mark with it. Idempotent by name: an existing snapshot of this name is returned.
   */
  VmSnapshot createSnapshot(String vmId, String name, SnapshotType type);

  /**
   * As {@link #createSnapshot}, with the file systems of the running guest frozen for its moment,
   * where the platform can; it thaws them itself, whether the snapshot succeeds or not. A platform
   * that knows nothing of freezing takes the snapshot and says so.
   *
   * @param watch hears of the operation, to end one that takes too long
   */
  default FrozenSnapshot createFrozenSnapshot(
      String vmId, String name, SnapshotType type, FreezeWatch watch) {
    return new FrozenSnapshot(createSnapshot(vmId, name, type), FrozenSnapshot.Freezing.UNTOLD);
  }

  /**
   * Ends an operation that may keep a guest frozen, at once and without waiting for its end; one
   * that is over is success. Its snapshot may be there or not then.
   */
  default void thaw(String vmId, String operation) {}

  /** The snapshot of this name, if it is there. */
  Optional<VmSnapshot> findSnapshot(String vmId, String name);

  /** Removes it and waits until the platform has merged it; nothing to remove is success. */
  void removeSnapshot(String vmId, String name);

  /** Names of a VM's snapshots that start with {@code prefix}, with the time each was taken. */
  default Map<String, Instant> snapshotsOf(String vmId, String prefix) {
    return Map.of();
  }

  /** Names of snapshots that start with {@code prefix}, by VM id, over the whole platform. */
  List<SnapshotName> listSnapshots(String prefix);

  /**
   * The areas changed between a mark and a snapshot, paged to the end and checked for order,
   * overlap and bounds.
   *
   * @throws io.holdfast.error.BackupException TRACKING_LOST with the platform's reason;
   *     CHANGED_AREAS_INVALID
   */
  ExtentMap changedAreas(VmSnapshot snapshot, String diskKey, String sinceMark);

  /**
   * Whether {@link #changedAreas} tells discarded ranges as zero. Else they are found by {@link
   * #allocatedAreas}, which may take as long again.
   */
  default boolean changesTellDiscards() {
    return false;
  }

  /**
   * The areas that hold data.
   *
   * @throws io.holdfast.error.BackupException VALID_DATA_UNAVAILABLE: read the whole disk
   */
  ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey);

  /**
   * Snapshots that only stay as tracking marks (ADR 0004), over the whole platform, by the names
   * they were taken under; those that begin with {@code prefix}. None where marks hold no space.
   */
  default List<SnapshotName> keptSnapshots(String prefix) {
    return List.of();
  }

  /** The tracking marks that the VM's disks carry now, whoever made them; none for one gone. */
  List<TrackingMark> trackingMarks(String vmId);

  /**
   * Drops these tracking marks of the VM and no others: there may be those of other servers, and
   * new ones at any time. Idempotent, marks that are gone are no error.
   */
  void dropTrackingMarks(String vmId, Collection<String> marks);

  /** Where to read a disk of a snapshot; {@code connections} as the stream count asks. */
  DiskEndpoint snapshotDisk(
      VmSnapshot snapshot, String diskKey, DataPlaneOptions options, int connections);

  /**
   * Which way to a host's disks will be taken (CAS-08, CAS-09); looks only at what the platform
   * tells, not whether it can be reached.
   *
   * @return DATA_PLANE_CHOSEN and, where the wanted network does not exist, NETWORK_FALLBACK
   */
  default List<Notice> dataPlane(VmDescription vm, DataPlaneOptions options) {
    return List.of();
  }

  /**
   * Looks whether the control port of that way answers, within seconds (CAS-10).
   *
   * @throws io.holdfast.error.BackupException DATA_PORT_UNREACHABLE naming host and port
   */
  default void requireDataPlane(VmDescription vm, DataPlaneOptions options) {}

  // ---- restore

  /**
   * Whether these disks can be made on a host: pools, formats, folders, names not taken (CAS-14,
   * CAS-15, CAS-22). Reads only; asked before anything is deleted or made.
   *
   * @param vm name of the VM they are for, for messages
   * @throws io.holdfast.error.BackupException TARGET_STORAGE_UNKNOWN, TARGET_STORAGE_FULL,
   *     DISK_FORMAT_UNSUPPORTED, TARGET_DISK_MISMATCH, ALREADY_EXISTS, INVALID_VALUE,
   *     FOLDER_UNSUPPORTED
   */
  default void requireCreatable(String hostId, String vm, List<NewDisk> disks) {}

  /**
   * What stands against overwriting disks of a VM that is there (HIK-04): its state, and of one
   * that is off whoever else has its disks open. One that runs is shut down before. Reads only.
   *
   * @param vm as it is now
   * @return the VM with the sizes of its disks to the byte
   * @throws io.holdfast.error.BackupException VM_STATE_REFUSED; RBD_IMAGE_IN_USE
   */
  default VmDescription requireOverwritable(VmDescription vm) {
    return vm;
  }

  /**
   * Whether a disk that has grown since its backup may be restored over (HIK-04): what lies beyond
   * the backup's end is zeroed. Else a disk must have the backup's size.
   */
  default boolean overwritesLarger() {
    return false;
  }

  /**
   * Whether a VM can get a snapshot that its disks can be rolled back to after they were written
   * (HIK-05), by {@link SnapshotKeeper}. Reads only.
   *
   * @throws io.holdfast.error.BackupException PLATFORM_CANNOT; GUEST_AGENT_MISSING,
   *     GUEST_AGENT_SILENT
   */
  default void requireSafetySnapshot(VmDescription vm) {
    throw BackupException.of(
        ErrorCode.PLATFORM_CANNOT,
        "address",
        "",
        "what",
        "snapshot before a restore",
        "cause",
        Reason.of(ReasonCode.KIND_OF_PLATFORM));
  }

  /**
   * Gives a powered-off VM back what of its configuration differs from {@code like} and the
   * platform lets change: CPU, memory, firmware, boot order. What it does not take stays; the
   * caller compares afterwards. Idempotent.
   */
  default void reconfigure(String vmId, VmDescription like) {}

  /**
   * Shuts the guest down safely; SHUTDOWN_REFUSED if it is not off after {@code seconds} (10 s
   * rule).
   */
  void shutDown(String vmId, int seconds);

  /** Starts it; one that runs is success. */
  void start(String vmId);

  /** Lets a paused VM go on; one that runs is success. */
  default void resume(String vmId) {}

  /** Deletes VM and, if asked, its volumes; one that is gone is success. */
  void deleteVm(String vmId, boolean deleteVolumes);

  /**
   * Creates a powered-off VM with empty disks. Idempotent by name and {@code ownerTag} (kept in the
   * VM's description): one made by the same tag is returned.
   */
  VmDescription createVm(NewVm vm);

  /** Creates a volume and attaches it; idempotent by volume name. Returns the disk as attached. */
  io.holdfast.agent.protocol.DiskDescription createDisk(String vmId, NewDisk disk);

  /** Detaches a disk and deletes its volume if asked; one that is gone is success. */
  void removeDisk(String vmId, String diskKey, boolean deleteVolume);

  /** Where to write a disk of a powered-off VM. */
  DiskEndpoint writableDisk(String vmId, String diskKey, DataPlaneOptions options, int connections);

  /** Ends the session; idempotent, throws nothing. */
  @Override
  void close();
}
