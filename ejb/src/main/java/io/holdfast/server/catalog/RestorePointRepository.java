package io.holdfast.server.catalog;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import java.util.List;
import java.util.Optional;

/** Restore points in the database. Changes need a transaction. */
public interface RestorePointRepository {
  /** The restore point of that id. */
  Optional<RestorePoint> byId(RestorePointId id);

  /** Newest of a VM in a pool, of any type or of one. */
  Optional<RestorePoint> newest(PoolId pool, VmRef vm, Optional<RestorePointType> type);

  /** Newest first. */
  Page<RestorePoint> find(RestorePointQuery query, PageRequest page);

  /** VMs with restore points, by name; the query's text and platform apply. */
  Page<ProtectedVm> vms(RestorePointQuery query, PageRequest page);

  /** Ids of the pool's restore points. */
  List<String> idsIn(PoolId pool);

  /** Stores a new restore point. */
  void add(RestorePoint point);

  /** Removes a row; the pool is not touched. */
  void remove(RestorePoint point);
}
