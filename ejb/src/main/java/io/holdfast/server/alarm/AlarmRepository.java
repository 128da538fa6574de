package io.holdfast.server.alarm;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Alarms in the database. Joins the caller's transaction. */
public interface AlarmRepository {
  void add(Alarm alarm);

  Optional<Alarm> find(UUID id);

  /** Whether a VM task has an alarm of that code already. */
  boolean exists(String taskId, String code);

  /** Newest first. */
  Page<Alarm> list(AlarmFilter filter, PageRequest page);

  /** The oldest open ones that were raised up to a moment. */
  List<Alarm> open(Instant until, int limit);

  /** The open ones about a platform. */
  List<Alarm> openOf(String platformId);

  /** Deletes acknowledged ones that were raised before the moment, at most so many; how many. */
  int deleteAcknowledged(Instant raisedBefore, int limit);
}
