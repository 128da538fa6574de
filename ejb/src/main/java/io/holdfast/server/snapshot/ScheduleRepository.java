package io.holdfast.server.snapshot;

import java.util.List;
import java.util.Optional;

/** Snapshot schedules and the record of what they made. Joins the caller's transaction. */
public interface ScheduleRepository {
  void add(SnapshotSchedule schedule);

  /** With all records of its snapshots. */
  void remove(SnapshotSchedule schedule);

  Optional<SnapshotSchedule> find(String id);

  /** With its row locked until the transaction ends, as it is in the database now. */
  Optional<SnapshotSchedule> lock(String id);

  Optional<SnapshotSchedule> byName(String name);

  /** By name. */
  List<SnapshotSchedule> all();

  void add(ScheduledSnapshot snapshot);

  void remove(ScheduledSnapshot snapshot);

  /** What a schedule made of a VM, the newest first. */
  List<ScheduledSnapshot> ofVm(String scheduleId, String vmId);

  /** The record of a tag. */
  Optional<ScheduledSnapshot> ofTag(String tag);

  /** Records of a snapshot by its name, whichever schedule made it. */
  List<ScheduledSnapshot> named(String platformId, String vmId, String name);
}
