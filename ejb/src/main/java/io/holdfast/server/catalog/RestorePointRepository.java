package io.holdfast.server.catalog;

import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /**
   * Of every VM of a platform that one of the jobs has a point of in the pool: its newest point
   * there and its newest full one, whatever job made them.
   */
  Set<String> bases(String platformId, PoolId pool, Set<String> policyIds);

  /** Restore points of a VM in a pool that came from one job, newest first. */
  List<RestorePoint> ofJob(PoolId pool, String policyId, VmRef vm);

  /** Newest that a job made of a VM, in any pool. */
  Optional<RestorePoint> newestOfJob(String policyId, VmRef vm);

  /** Pools that hold restore points of a job. */
  List<PoolId> poolsOfJob(String policyId);

  /** VMs with restore points of a job in a pool, by name. */
  List<ProtectedVm> vmsOfJob(PoolId pool, String policyId);

  /** Restore points whose changes were counted from this one, oldest first. */
  List<RestorePoint> basedOn(RestorePointId id);

  /** Brings a row up to what the pool says; does nothing when there is none. */
  void follow(PointFacts facts);

  /**
   * Marks the restore points of a pool that damage hurts.
   *
   * @param places damaged places by restore point id
   * @param complete the others of the pool are whole; otherwise their marks stay
   */
  void markDamage(PoolId pool, Map<String, Long> places, boolean complete);

  /** Pools with restore points that damage hurts. */
  List<PoolId> damagedPools();

  /** When the pool's latest row was written. */
  Optional<Instant> newestRecorded(PoolId pool);

  /** Stores a new restore point. */
  void add(RestorePoint point);

  /** Removes a row; the pool is not touched. */
  void remove(RestorePoint point);
}
