package io.holdfast.server.policy;

import io.holdfast.server.paging.PageRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Policies as stored. Joins the caller's transaction. */
public interface PolicyRepository {
  void add(BackupPolicy policy);

  Optional<BackupPolicy> find(UUID id);

  Optional<BackupPolicy> findByName(String name);

  void remove(BackupPolicy policy);

  /** Policies whose name contains {@code nameContains}, by name. */
  List<BackupPolicy> list(String nameContains, PageRequest page);

  long count(String nameContains);

  /** Policies that use the pool, the agent or the platform of that id, by name. */
  List<BackupPolicy> using(String resourceId);
}
