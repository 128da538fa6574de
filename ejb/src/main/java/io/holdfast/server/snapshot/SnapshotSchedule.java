package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.ContentNode;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** When which VMs get a snapshot, and how many of them stay (CAS-21). */
@Entity
@Table(name = "snapshot_schedule")
public class SnapshotSchedule {
  @Id private String id;
  @Version private long version;

  @Column(nullable = false)
  private String name;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(nullable = false)
  private boolean enabled;

  @Column(name = "interval_hours", nullable = false)
  private int intervalHours;

  @Column(name = "minute_of_day", nullable = false)
  private int minuteOfDay;

  @Column(name = "memory_seconds", nullable = false)
  private int memorySeconds;

  @Column(name = "keep_count", nullable = false)
  private int keepCount;

  @Column(name = "next_number", nullable = false)
  private long nextNumber = 1;

  @Column(name = "considered_millis", nullable = false)
  private long consideredMillis;

  @Column(name = "expansion_due", nullable = false)
  private boolean expansionDue;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_parameters")
  private String errorParameters;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "snapshot_schedule_node", joinColumns = @JoinColumn(name = "schedule_id"))
  @OrderColumn(name = "position")
  private List<ContentNode> content = new ArrayList<>();

  /** For the persistence provider. */
  protected SnapshotSchedule() {}

  /** A new one; what was due before now is not made up for. */
  SnapshotSchedule(PlatformId platform, ScheduleDefinition definition, Instant now) {
    this.id = UUID.randomUUID().toString();
    this.platformId = platform.value();
    define(definition, now);
  }

  final void define(ScheduleDefinition definition, Instant now) {
    name = definition.name();
    enabled = definition.enabled();
    intervalHours = definition.intervalHours();
    minuteOfDay = definition.minuteOfDay();
    memorySeconds = definition.memorySeconds();
    keepCount = definition.keepCount();
    content.clear();
    content.addAll(definition.content());
    consideredMillis = now.toEpochMilli();
    expansionDue = false;
    errorCode = null;
    errorParameters = null;
  }

  /** Notes that its time has come since it was looked at last; tells whether that is so. */
  boolean takeDue(Instant now, ZoneId zone) {
    // Looked at while the clock was ahead: it must not wait until the time is that late again.
    consideredMillis = Math.min(consideredMillis, now.toEpochMilli());
    boolean due = enabled && lastTime(now, zone).toEpochMilli() > consideredMillis;
    if (due) {
      runNow(now);
    }
    return due;
  }

  void runNow(Instant now) {
    consideredMillis = now.toEpochMilli();
    expansionDue = true;
  }

  private Instant lastTime(Instant now, ZoneId zone) {
    if (intervalHours > 0) {
      Instant next = Instant.ofEpochMilli(consideredMillis).plus(Duration.ofHours(intervalHours));
      return next.isAfter(now) ? Instant.EPOCH : next;
    }
    LocalTime time = LocalTime.ofSecondOfDay(minuteOfDay * 60L);
    LocalDate day = LocalDate.ofInstant(now, zone);
    Instant today = ZonedDateTime.of(day, time, zone).toInstant();
    return today.isAfter(now) ? ZonedDateTime.of(day.minusDays(1), time, zone).toInstant() : today;
  }

  /** Its VMs have their operations. */
  void expanded() {
    expansionDue = false;
    errorCode = null;
    errorParameters = null;
  }

  void failed(BackupException failure) {
    errorCode = failure.code().name();
    errorParameters = NamedValues.write(failure.parameters());
  }

  long takeNumber() {
    return nextNumber++;
  }

  public String id() {
    return id;
  }

  public String name() {
    return name;
  }

  public PlatformId platform() {
    return new PlatformId(platformId);
  }

  /** Whether operations for its VMs are still to be made. */
  public boolean isExpansionDue() {
    return expansionDue;
  }

  public int keepCount() {
    return keepCount;
  }

  public int memorySeconds() {
    return memorySeconds;
  }

  public List<ContentNode> content() {
    return List.copyOf(content);
  }

  public ScheduleDefinition definition() {
    return new ScheduleDefinition(
        name,
        enabled,
        new ScheduleDefinition.When(intervalHours, minuteOfDay),
        memorySeconds,
        keepCount,
        content());
  }

  /** Why its VMs could not be found the last time; empty when they were. */
  public Optional<BackupException> error() {
    return Optional.ofNullable(errorCode)
        .map(
            code ->
                BackupException.of(
                    ErrorCode.valueOf(code), NamedValues.read(errorParameters), null));
  }
}
