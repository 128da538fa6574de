package io.holdfast.server.snapshot;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/**
 * The record of a snapshot that a schedule has asked for. It is written before the platform is
 * asked and goes when the snapshot is known to be gone, so a crash leaves a record too many, never
 * a snapshot without one.
 */
@Entity
@Table(name = "scheduled_snapshot")
public class ScheduledSnapshot {
  @Id private String id;

  @Column(name = "schedule_id", nullable = false)
  private String scheduleId;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "vm_id", nullable = false)
  private String vmId;

  @Column(nullable = false)
  private String name;

  @Column(nullable = false)
  private long number;

  /** For the persistence provider. */
  protected ScheduledSnapshot() {}

  /**
   * @param number grows with every snapshot of the schedule: what is older is decided by it
   */
  ScheduledSnapshot(SnapshotSchedule schedule, String vmId, long number) {
    this.id = UUID.randomUUID().toString();
    this.scheduleId = schedule.id();
    this.platformId = schedule.platform().value();
    this.vmId = vmId;
    this.name =
        SnapshotWanted.OF_SCHEDULES
            + schedule.id().substring(0, 8)
            + String.format(java.util.Locale.ROOT, "-%06d", number);
    this.number = number;
  }

  /** Also the tag on the platform. */
  public String tag() {
    return id;
  }

  public String scheduleId() {
    return scheduleId;
  }

  public String platformId() {
    return platformId;
  }

  public String vmId() {
    return vmId;
  }

  public String name() {
    return name;
  }

  public long number() {
    return number;
  }
}
