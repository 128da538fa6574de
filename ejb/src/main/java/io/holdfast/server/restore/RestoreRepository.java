package io.holdfast.server.restore;

import io.holdfast.server.paging.PageRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Restore jobs and what VM tasks were told to do, as stored. Joins the caller's transaction. */
public interface RestoreRepository {
  void add(RestoreJob job);

  Optional<RestoreJob> find(UUID id);

  void remove(RestoreJob job);

  /** Restore jobs whose name contains the text, newest first. */
  List<RestoreJob> list(String nameContains, PageRequest page);

  long count(String nameContains);

  /** Restore jobs that refer to the restore point or platform of that id. */
  List<RestoreJob> using(String resourceId);

  void add(RestoreOrder order);

  /** What the VM task was told to do. */
  Optional<RestoreOrder> order(UUID taskId);
}
