package io.holdfast.server.catalog;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.pool.PoolId;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A sealed, restorable state of one VM at one time. What the backup made never changes; what the
 * pool says of it besides (protection, retention, damage) follows the pool and is written by the
 * repository's updates only.
 */
@Entity
@Table(name = "restore_point")
public class RestorePoint {
  private static final int MAX_TEXT = 300;

  @Id private String id;

  @Column(name = "pool_id", nullable = false, updatable = false)
  private String poolId;

  @Column(name = "platform_id", nullable = false, updatable = false)
  private String platformId;

  @Column(name = "vm_id", nullable = false, updatable = false)
  private String vmId;

  @Column(name = "vm_uuid", nullable = false, updatable = false)
  private String vmUuid;

  @Column(name = "vm_name", nullable = false, updatable = false)
  private String vmName;

  @Column(name = "vm_title", nullable = false, updatable = false)
  private String vmTitle;

  @Column(name = "host_name", nullable = false, updatable = false)
  private String hostName;

  @Enumerated(EnumType.STRING)
  @Column(name = "backup_type", nullable = false, updatable = false)
  private RestorePointType type;

  @Column(name = "base_id", updatable = false)
  private String baseId;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "recorded_at", nullable = false, updatable = false)
  private Instant recordedAt;

  @Column(name = "disk_bytes", nullable = false, updatable = false)
  private long diskBytes;

  @Column(name = "read_bytes", nullable = false, updatable = false)
  private long readBytes;

  @Column(name = "stored_bytes", nullable = false, updatable = false)
  private long storedBytes;

  @Column(name = "policy_id", nullable = false, updatable = false)
  private String policyId;

  @Column(name = "job_name", nullable = false, updatable = false)
  private String jobName;

  @Column(name = "server_id", nullable = false, updatable = false)
  private String serverId;

  @Column(name = "manifest_digest", nullable = false, updatable = false)
  private String manifestDigest;

  @Column(name = "tracking_ready", nullable = false, updatable = false)
  private boolean trackingReady;

  @Column(name = "vm_description", nullable = false, updatable = false)
  private String vmDescription;

  @Column(nullable = false)
  private boolean held;

  @Column(name = "immutable_until")
  private Instant immutableUntil;

  @Column(name = "kept_for", nullable = false)
  private String keptFor = "";

  @Column(name = "damaged_places", nullable = false)
  private long damagedPlaces;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(
      name = "restore_point_disk",
      joinColumns = @JoinColumn(name = "restore_point_id"))
  @OrderColumn(name = "disk_order")
  private List<RestorePointDisk> disks = new ArrayList<>();

  /** For JPA. */
  protected RestorePoint() {}

  RestorePoint(RestorePointSummary summary, PoolId pool, Instant recordedAt) {
    VmDescription vm = summary.getVm();
    this.id = new RestorePointId(summary.getRestorePointId()).value();
    this.poolId = pool.value();
    this.platformId = summary.getPlatformId();
    this.vmId = vm.getVmId();
    this.vmUuid = vm.getUuid();
    this.vmName = cut(vm.getName());
    this.vmTitle = cut(vm.getTitle().isEmpty() ? vm.getName() : vm.getTitle());
    this.hostName = cut(vm.getHostName());
    this.type = RestorePointType.of(summary.getType());
    this.baseId =
        summary.getBaseRestorePointId().isEmpty() ? null : summary.getBaseRestorePointId();
    this.createdAt = Instant.ofEpochMilli(summary.getCreatedEpochMillis());
    this.recordedAt = recordedAt;
    this.policyId = summary.getPolicyId();
    this.jobName = cut(summary.getJobName());
    this.serverId = summary.getServerId();
    this.manifestDigest = summary.getManifestDigest();
    this.trackingReady = summary.getTrackingReady();
    this.storedBytes = summary.getStoredBytes();
    this.vmDescription = Base64.getEncoder().encodeToString(vm.toByteArray());
    summary.getDisksList().forEach(disk -> disks.add(new RestorePointDisk(disk)));
    this.diskBytes = disks.stream().mapToLong(RestorePointDisk::sizeBytes).sum();
    this.readBytes = disks.stream().mapToLong(RestorePointDisk::readBytes).sum();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  public RestorePointId id() {
    return new RestorePointId(id);
  }

  public PoolId pool() {
    return new PoolId(poolId);
  }

  /** Of the platform as it was then; that platform may have been removed. */
  public String platformId() {
    return platformId;
  }

  /** The VM's id on its platform. */
  public String vmId() {
    return vmId;
  }

  public String vmUuid() {
    return vmUuid;
  }

  /** INV-03: backup sets show the name. */
  public String vmName() {
    return vmName;
  }

  public String vmTitle() {
    return vmTitle;
  }

  public String hostName() {
    return hostName;
  }

  public RestorePointType type() {
    return type;
  }

  /** The point changes were counted from. */
  public Optional<RestorePointId> base() {
    return Optional.ofNullable(baseId).map(RestorePointId::new);
  }

  /** Time of the snapshot. */
  public Instant createdAt() {
    return createdAt;
  }

  public Instant recordedAt() {
    return recordedAt;
  }

  /** Sum of the disks' sizes. */
  public long diskBytes() {
    return diskBytes;
  }

  /** Read from the source. */
  public long readBytes() {
    return readBytes;
  }

  /** Written into the pool. */
  public long storedBytes() {
    return storedBytes;
  }

  /** The job it came from; empty: unknown. */
  public String policyId() {
    return policyId;
  }

  public String jobName() {
    return jobName;
  }

  /** The backup server it came from. */
  public String serverId() {
    return serverId;
  }

  public String manifestDigest() {
    return manifestDigest;
  }

  /** Whether an incremental can follow. */
  public boolean trackingReady() {
    return trackingReady;
  }

  /** Protected by hand: it is not deleted until that ends (POOL-09). */
  public boolean held() {
    return held;
  }

  /** Nobody can delete it before (POOL-10); empty: no such time. */
  public Optional<Instant> immutableUntil() {
    return Optional.ofNullable(immutableUntil);
  }

  /** Why retention kept it when it was applied last: names of the pool's reasons. */
  public List<String> keptFor() {
    return keptFor.isEmpty() ? List.of() : List.of(keptFor.split(","));
  }

  /** Damaged places that keep it from being restored in full, as last verified; 0: none known. */
  public long damagedPlaces() {
    return damagedPlaces;
  }

  public List<RestorePointDisk> disks() {
    return List.copyOf(disks);
  }

  /** The VM as it was: processors, memory, networks, disks. */
  public VmDescription vm() {
    try {
      return VmDescription.parseFrom(Base64.getDecoder().decode(vmDescription));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("Row of restore point " + id + " is damaged", e);
    }
  }
}
