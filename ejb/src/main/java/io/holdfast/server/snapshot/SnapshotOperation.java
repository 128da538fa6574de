package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.run.VmOccupation;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A snapshot taken, reverted to or deleted: under way, waiting or of the past (CAS-21). */
@Entity
@Table(name = "snapshot_operation")
public class SnapshotOperation {
  @Id private String id;

  @Column(name = "queue_order", nullable = false)
  private long queueOrder;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "vm_id", nullable = false)
  private String vmId;

  @Column(name = "vm_uuid", nullable = false)
  private String vmUuid;

  @Column(name = "vm_name", nullable = false)
  private String vmName;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private SnapshotOperationKind kind;

  @Column(name = "snapshot_name", nullable = false)
  private String snapshotName;

  @Column(nullable = false)
  private String title = "";

  @Column(nullable = false)
  private String description = "";

  @Column(name = "memory_seconds", nullable = false)
  private int memorySeconds;

  @Column(name = "schedule_id")
  private String scheduleId;

  @Column(name = "owner_tag", nullable = false)
  private String ownerTag = "";

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private SnapshotOperationState state = SnapshotOperationState.WAITING;

  @Column(name = "active_key")
  private String activeKey;

  @Column(name = "server_instance")
  private String serverInstance;

  @Column(nullable = false)
  private int attempts;

  @Column(name = "retry_millis", nullable = false)
  private long retryMillis;

  @Column(name = "started_by", nullable = false)
  private String startedBy;

  @Column(name = "created_millis", nullable = false)
  private long createdMillis;

  @Column(name = "started_millis")
  private Long startedMillis;

  @Column(name = "ended_millis")
  private Long endedMillis;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_parameters")
  private String errorParameters;

  /** For the persistence provider. */
  protected SnapshotOperation() {}

  /** A new one that waits; {@link SnapshotRepository#add} gives it its place. */
  SnapshotOperation(
      SnapshotOperationKind kind, SnapshotTarget vm, String name, String by, Instant now) {
    this.id = UUID.randomUUID().toString();
    this.kind = kind;
    this.platformId = vm.platform().value();
    this.vmId = vm.vmId();
    this.vmUuid = vm.vmUuid();
    this.vmName = vm.vmName();
    this.snapshotName = name;
    this.startedBy = by;
    this.createdMillis = now.toEpochMilli();
  }

  SnapshotOperation described(String newTitle, String newDescription, int memoryWithin) {
    title = newTitle;
    description = newDescription;
    memorySeconds = memoryWithin;
    return this;
  }

  SnapshotOperation ofSchedule(String schedule, String tag) {
    scheduleId = schedule;
    ownerTag = tag;
    return this;
  }

  /** The VM is its own from now on. */
  void start(String instance, Instant now) {
    state = SnapshotOperationState.RUNNING;
    activeKey = exclusiveKey();
    serverInstance = instance;
    startedMillis = now.toEpochMilli();
  }

  void knowVm(String uuid, String name) {
    vmUuid = uuid;
    vmName = name;
  }

  /** The agent is about to be asked. Returns whether it may have been before. */
  boolean attempt() {
    attempts++;
    return attempts > 1;
  }

  void retryAt(Instant when, BackupException why) {
    retryMillis = when.toEpochMilli();
    note(why);
  }

  void done(Instant now) {
    errorCode = null;
    errorParameters = null;
    end(SnapshotOperationState.DONE, now);
  }

  void fail(BackupException failure, Instant now) {
    note(failure);
    end(SnapshotOperationState.FAILED, now);
  }

  private void note(BackupException failure) {
    errorCode = failure.code().name();
    errorParameters = NamedValues.write(failure.parameters());
  }

  private void end(SnapshotOperationState outcome, Instant now) {
    state = outcome;
    activeKey = null;
    endedMillis = now.toEpochMilli();
  }

  /** As {@link VmOccupation#key}. */
  public String exclusiveKey() {
    return VmOccupation.key(platform(), vmId);
  }

  public UUID id() {
    return UUID.fromString(id);
  }

  public void placeAt(long order) {
    queueOrder = order;
  }

  public PlatformId platform() {
    return new PlatformId(platformId);
  }

  public SnapshotTarget vm() {
    return new SnapshotTarget(platform(), vmId, vmUuid, vmName);
  }

  public SnapshotOperationKind kind() {
    return kind;
  }

  /** The snapshot's name on the platform. */
  public String snapshotName() {
    return snapshotName;
  }

  public String title() {
    return title;
  }

  public String description() {
    return description;
  }

  /** 0: without memory. */
  public int memorySeconds() {
    return memorySeconds;
  }

  /** The schedule that asked for it. */
  public Optional<String> scheduleId() {
    return Optional.ofNullable(scheduleId);
  }

  /** What stands on the platform beside a schedule's snapshot; empty: nothing. */
  public String ownerTag() {
    return ownerTag;
  }

  public SnapshotOperationState state() {
    return state;
  }

  /** Of which server it is, once it runs. */
  public String serverInstance() {
    return serverInstance == null ? "" : serverInstance;
  }

  public Instant retryAt() {
    return Instant.ofEpochMilli(retryMillis);
  }

  /** The user, or {@code system} for schedules. */
  public String startedBy() {
    return startedBy;
  }

  public Instant createdAt() {
    return Instant.ofEpochMilli(createdMillis);
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedMillis).map(Instant::ofEpochMilli);
  }

  public Optional<Instant> endedAt() {
    return Optional.ofNullable(endedMillis).map(Instant::ofEpochMilli);
  }

  /** What it failed with, or what it is tried again for. */
  public Optional<BackupException> error() {
    return Optional.ofNullable(errorCode)
        .map(
            code ->
                BackupException.of(
                    ErrorCode.valueOf(code), NamedValues.read(errorParameters), null));
  }
}
