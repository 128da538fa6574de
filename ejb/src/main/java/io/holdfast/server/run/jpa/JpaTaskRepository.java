package io.holdfast.server.run.jpa;

import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.paging.jpa.JpaRowLock;
import io.holdfast.server.run.Amounts;
import io.holdfast.server.run.RestoreDifference;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.TaskDisk;
import io.holdfast.server.run.TaskRepository;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.TransferStream;
import io.holdfast.server.run.VmTask;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** VM tasks by JPA. Stateless; the entity manager is the transaction's. */
@ApplicationScoped
public class JpaTaskRepository implements TaskRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(VmTask task) {
    entities.persist(task);
  }

  @Override
  public Optional<VmTask> find(UUID id) {
    return Optional.ofNullable(entities.find(VmTask.class, id.toString()));
  }

  @Override
  public Optional<VmTask> lock(UUID id) {
    return JpaRowLock.locked(entities, find(id));
  }

  @Override
  public List<VmTask> ofRun(UUID runId) {
    return entities
        .createQuery(
            "select t from VmTask t where t.runId = :run order by t.queueOrder", VmTask.class)
        .setParameter("run", runId.toString())
        .getResultList();
  }

  @Override
  public List<VmTask> inStates(Set<TaskState> states) {
    return entities
        .createQuery(
            "select t from VmTask t where t.state in :states order by t.queueOrder", VmTask.class)
        .setParameter("states", states)
        .getResultList();
  }

  @Override
  public long lastQueueOrder() {
    return entities
        .createQuery("select coalesce(max(t.queueOrder), 0) from VmTask t", Long.class)
        .getSingleResult();
  }

  @Override
  public Optional<VmTask> latestBackup(UUID jobId, VmRef vm) {
    return entities
        .createQuery(
            "select t from VmTask t, BackupRun r where t.runId = r.id and r.jobId = :job"
                + " and t.kind = :kind and t.platformId = :platform and t.vmId = :vm"
                + " and (t.accomplished = true or t.state in :ended) order by t.queueOrder desc",
            VmTask.class)
        .setParameter("job", jobId.toString())
        .setParameter("kind", RunKind.BACKUP)
        .setParameter("platform", vm.platformId())
        .setParameter("vm", vm.vmId())
        .setParameter("ended", TaskState.ended())
        .setMaxResults(1)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<VmTask> backupsOf(VmRef vm, String uuid, int limit) {
    return entities
        .createQuery(
            "select t from VmTask t where t.kind = :kind and t.platformId = :platform"
                + " and (t.vmId = :vm or (t.vmUuid = :uuid and t.vmUuid <> ''))"
                + " order by t.queueOrder desc",
            VmTask.class)
        .setParameter("kind", RunKind.BACKUP)
        .setParameter("platform", vm.platformId())
        .setParameter("vm", vm.vmId())
        .setParameter("uuid", uuid)
        .setMaxResults(limit)
        .getResultList();
  }

  @Override
  public void add(RestoreDifference row) {
    entities.persist(row);
  }

  @Override
  public List<RestoreDifference> differences(Collection<UUID> taskIds) {
    return taskIds.isEmpty()
        ? List.of()
        : entities
            .createQuery(
                "select d from RestoreDifference d where d.taskId in :tasks order by d.id",
                RestoreDifference.class)
            .setParameter("tasks", taskIds.stream().map(UUID::toString).toList())
            .getResultList();
  }

  @Override
  public List<String> endedBackups(Collection<String> ids) {
    return entities
        .createQuery(
            "select t.id from VmTask t where t.id in :ids and t.kind = :kind and t.state in :ended",
            String.class)
        .setParameter("ids", ids)
        .setParameter("kind", RunKind.BACKUP)
        .setParameter("ended", TaskState.ended())
        .getResultList();
  }

  @Override
  public List<VmTask> releaseDue() {
    return entities
        .createQuery(
            "select t from VmTask t where t.releaseDue = true and t.state in :ended", VmTask.class)
        .setParameter("ended", TaskState.ended())
        .getResultList();
  }

  @Override
  public boolean takeDispatchToken() {
    return !entities
        .createNativeQuery("SELECT id FROM dispatch_token WHERE id = 1 FOR UPDATE SKIP LOCKED")
        .getResultList()
        .isEmpty();
  }

  @Override
  public void awaitDispatchToken() {
    entities
        .createNativeQuery("SELECT id FROM dispatch_token WHERE id = 1 FOR UPDATE")
        .getResultList();
  }

  @Override
  public List<VmTask> lockWaiting(int limit) {
    List<?> ids =
        entities
            .createNativeQuery(
                "SELECT id FROM vm_task WHERE state IN ('PENDING', 'INTERRUPTED')"
                    + " ORDER BY queue_order LIMIT "
                    + limit
                    + " FOR UPDATE SKIP LOCKED")
            .getResultList();
    return ids.stream().map(id -> entities.find(VmTask.class, id)).peek(entities::refresh).toList();
  }

  @Override
  public void add(TaskDisk disk) {
    entities.persist(disk);
  }

  @Override
  public void add(TransferStream stream) {
    entities.persist(stream);
  }

  @Override
  public List<TaskDisk> disks(UUID taskId) {
    return entities
        .createQuery(
            "select d from TaskDisk d where d.taskId = :task order by d.diskNo", TaskDisk.class)
        .setParameter("task", taskId.toString())
        .getResultList();
  }

  @Override
  public List<TransferStream> streams(UUID taskId) {
    return entities
        .createQuery(
            "select s from TransferStream s where s.taskId = :task order by s.diskNo, s.streamNo",
            TransferStream.class)
        .setParameter("task", taskId.toString())
        .getResultList();
  }

  @Override
  public Optional<TransferStream> lockStream(UUID taskId, int diskNo, int streamNo) {
    return entities
        .createQuery(
            "select s from TransferStream s where s.taskId = :task and s.diskNo = :disk"
                + " and s.streamNo = :stream",
            TransferStream.class)
        .setParameter("task", taskId.toString())
        .setParameter("disk", diskNo)
        .setParameter("stream", streamNo)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst();
  }

  @Override
  public Map<UUID, Amounts> amounts(Collection<UUID> taskIds) {
    Map<UUID, Amounts> result = new HashMap<>();
    if (taskIds.isEmpty()) {
      return result;
    }
    List<Object[]> rows =
        entities
            .createQuery(
                "select s.taskId, sum(s.plannedBytes), sum(s.doneBytes), sum(s.readBytes),"
                    + " sum(s.zeroBytes), sum(s.storedBytes), sum(s.chunks), sum(s.newChunks)"
                    + " from TransferStream s where s.taskId in :tasks group by s.taskId",
                Object[].class)
            .setParameter("tasks", taskIds.stream().map(UUID::toString).toList())
            .getResultList();
    for (Object[] row : rows) {
      result.put(UUID.fromString((String) row[0]), amounts(row));
    }
    return result;
  }

  private static Amounts amounts(Object[] row) {
    long[] sums = new long[row.length];
    for (int i = 1; i < row.length; i++) {
      sums[i] = ((Number) row[i]).longValue();
    }
    return new Amounts(sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]);
  }
}
