package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.spi.DiskEndpoint;
import java.util.Collection;
import java.util.List;
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

  HostResources hostResources(String hostId);

  // ---- backup

  /**
   * What stands against a backup of this VM now, and per disk what can be had. Reads only.
   *
   * @throws io.holdfast.error.BackupException VM_STATE_REFUSED, SNAPSHOT_UNSUPPORTED… when the VM
   *     cannot be backed up
   */
  BackupEligibility eligibility(String vmId, SnapshotType wanted);

  /** Switches change tracking on for all disks that can; idempotent. */
  void enableTracking(String vmId);

  /**
   * Takes a snapshot of all included disks at one instant and, where tracking is on, a tracking
   * mark with it. Idempotent by name: an existing snapshot of this name is returned.
   */
  VmSnapshot createSnapshot(String vmId, String name, SnapshotType type);

  /** The snapshot of this name, if it is there. */
  Optional<VmSnapshot> findSnapshot(String vmId, String name);

  /** Removes it and waits until the platform has merged it; nothing to remove is success. */
  void removeSnapshot(String vmId, String name);

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
   * The areas that hold data.
   *
   * @throws io.holdfast.error.BackupException VALID_DATA_UNAVAILABLE: read the whole disk
   */
  ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey);

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

  // ---- restore

  /**
   * Shuts the guest down safely; SHUTDOWN_REFUSED if it is not off after {@code seconds} (10 s
   * rule).
   */
  void shutDown(String vmId, int seconds);

  /** Starts it; one that runs is success. */
  void start(String vmId);

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
