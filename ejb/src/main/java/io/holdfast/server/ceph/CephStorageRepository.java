package io.holdfast.server.ceph;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import java.util.List;
import java.util.Optional;

/** Registered Ceph pools in the database; a platform's go with it. Changes need a transaction. */
public interface CephStorageRepository {
  /** The pool of that id; attached when a transaction is active. */
  Optional<CephStorage> byId(CephStorageId id);

  /** The pools of a platform, by name. */
  List<CephStorage> of(PlatformId platform);

  /** The pools that a backup host reaches, of all platforms. */
  List<CephStorage> reachedBy(AgentId agent);

  /** Stores a new one. */
  void add(CephStorage storage);

  /** Removes one. */
  void remove(CephStorage storage);
}
