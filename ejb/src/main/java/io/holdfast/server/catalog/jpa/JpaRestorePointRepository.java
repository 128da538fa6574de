package io.holdfast.server.catalog.jpa;

import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.server.catalog.ProtectedVm;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.catalog.RestorePointType;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.pool.PoolId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** {@link RestorePointRepository} by JPA. */
@ApplicationScoped
public class JpaRestorePointRepository implements RestorePointRepository {
  private static final String NEWEST_FIRST = "order by p.createdAt desc, p.id";
  private static final String VM =
      "new io.holdfast.server.catalog.ProtectedVm(p.platformId, p.vmId, max(p.vmName), count(p),"
          + " max(p.createdAt))";
  private static final String BY_VM =
      "group by p.platformId, p.vmId order by max(p.vmName), p.platformId, p.vmId";

  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<RestorePoint> byId(RestorePointId id) {
    return Optional.ofNullable(entityManager.find(RestorePoint.class, id.value()));
  }

  @Override
  public Optional<RestorePoint> newest(PoolId pool, VmRef vm, Optional<RestorePointType> type) {
    TypedQuery<RestorePoint> query =
        entityManager
            .createQuery(
                "select p from RestorePoint p where p.poolId = :pool"
                    + " and p.platformId = :platform and p.vmId = :vm"
                    + (type.isPresent() ? " and p.type = :type" : "")
                    + " order by p.createdAt desc, p.id",
                RestorePoint.class)
            .setParameter("pool", pool.value())
            .setParameter("platform", vm.platformId())
            .setParameter("vm", vm.vmId());
    type.ifPresent(wanted -> query.setParameter("type", wanted));
    return query.setMaxResults(1).getResultStream().findFirst();
  }

  @Override
  public Page<RestorePoint> find(RestorePointQuery wanted, PageRequest page) {
    return selection(wanted).page("p", NEWEST_FIRST, RestorePoint.class, page);
  }

  @Override
  public Page<ProtectedVm> vms(RestorePointQuery wanted, PageRequest page) {
    JpaSelection selection = selection(wanted);
    return new Page<>(
        selection.rows(VM, BY_VM, ProtectedVm.class, page),
        selection.count("distinct concat(p.platformId, '/', p.vmId)"));
  }

  @Override
  public List<String> idsIn(PoolId pool) {
    return entityManager
        .createQuery("select p.id from RestorePoint p where p.poolId = :pool", String.class)
        .setParameter("pool", pool.value())
        .getResultList();
  }

  @Override
  public Set<String> bases(String platformId, PoolId pool, Set<String> policyIds) {
    List<Object[]> newestFirst =
        entityManager
            .createQuery(
                "select p.vmId, p.type, p.id, p.policyId from RestorePoint p where p.poolId = :pool"
                    + " and p.platformId = :platform order by p.createdAt desc, p.id",
                Object[].class)
            .setParameter("pool", pool.value())
            .setParameter("platform", platformId)
            .getResultList();
    Set<Object> backedUp =
        newestFirst.stream()
            .filter(point -> policyIds.contains(point[3]))
            .map(point -> point[0])
            .collect(Collectors.toSet());
    Set<String> bases = new TreeSet<>();
    Set<Object> seen = new HashSet<>();
    Set<Object> seenFull = new HashSet<>();
    for (Object[] point : newestFirst) {
      if (!backedUp.contains(point[0])) {
        continue;
      }
      boolean newest = seen.add(point[0]);
      boolean newestFull = point[1] == RestorePointType.FULL && seenFull.add(point[0]);
      if (newest || newestFull) {
        bases.add((String) point[2]);
      }
    }
    return bases;
  }

  @Override
  public List<RestorePoint> ofJob(PoolId pool, String policyId, VmRef vm) {
    return entityManager
        .createQuery(
            "select p from RestorePoint p where p.poolId = :pool and p.policyId = :policy"
                + " and p.platformId = :platform and p.vmId = :vm order by p.createdAt desc, p.id",
            RestorePoint.class)
        .setParameter("pool", pool.value())
        .setParameter("policy", policyId)
        .setParameter("platform", vm.platformId())
        .setParameter("vm", vm.vmId())
        .getResultList();
  }

  @Override
  public Optional<RestorePoint> newestOfJob(String policyId, VmRef vm) {
    return entityManager
        .createQuery(
            "select p from RestorePoint p where p.policyId = :policy"
                + " and p.platformId = :platform and p.vmId = :vm order by p.createdAt desc, p.id",
            RestorePoint.class)
        .setParameter("policy", policyId)
        .setParameter("platform", vm.platformId())
        .setParameter("vm", vm.vmId())
        .setMaxResults(1)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<PoolId> poolsOfJob(String policyId) {
    return entityManager
        .createQuery(
            "select distinct p.poolId from RestorePoint p where p.policyId = :policy", String.class)
        .setParameter("policy", policyId)
        .getResultStream()
        .map(PoolId::new)
        .toList();
  }

  @Override
  public List<ProtectedVm> vmsOfJob(PoolId pool, String policyId) {
    return entityManager
        .createQuery(
            "select "
                + VM
                + " from RestorePoint p where p.poolId = :pool and p.policyId = :policy "
                + BY_VM,
            ProtectedVm.class)
        .setParameter("pool", pool.value())
        .setParameter("policy", policyId)
        .getResultList();
  }

  @Override
  public List<RestorePoint> basedOn(RestorePointId id) {
    return entityManager
        .createQuery(
            "select p from RestorePoint p where p.baseId = :id order by p.createdAt, p.id",
            RestorePoint.class)
        .setParameter("id", id.value())
        .getResultList();
  }

  @Override
  public void follow(PointFacts facts) {
    long until = facts.getImmutableUntilEpochMillis();
    entityManager
        .createQuery(
            "update RestorePoint p set p.held = :held, p.immutableUntil = :until,"
                + " p.keptFor = :kept where p.id = :id")
        .setParameter("held", facts.getHeld())
        .setParameter("until", until == 0 ? null : Instant.ofEpochMilli(until))
        .setParameter("kept", String.join(",", facts.getKeptForList()))
        .setParameter("id", facts.getRestorePointId())
        .executeUpdate();
  }

  @Override
  public void markDamage(PoolId pool, Map<String, Long> places, boolean complete) {
    if (complete) {
      entityManager
          .createQuery(
              "update RestorePoint p set p.damagedPlaces = 0"
                  + " where p.poolId = :pool and p.damagedPlaces > 0")
          .setParameter("pool", pool.value())
          .executeUpdate();
    }
    places.forEach(
        (id, count) ->
            entityManager
                .createQuery(
                    "update RestorePoint p set p.damagedPlaces = :places"
                        + " where p.id = :id and p.poolId = :pool")
                .setParameter("places", count)
                .setParameter("id", id)
                .setParameter("pool", pool.value())
                .executeUpdate());
  }

  @Override
  public List<PoolId> damagedPools() {
    return entityManager
        .createQuery(
            "select distinct p.poolId from RestorePoint p where p.damagedPlaces > 0", String.class)
        .getResultStream()
        .map(PoolId::new)
        .toList();
  }

  @Override
  public Optional<Instant> newestRecorded(PoolId pool) {
    return Optional.ofNullable(
        entityManager
            .createQuery(
                "select max(p.recordedAt) from RestorePoint p where p.poolId = :pool",
                Instant.class)
            .setParameter("pool", pool.value())
            .getSingleResult());
  }

  @Override
  public void add(RestorePoint point) {
    entityManager.persist(point);
  }

  @Override
  public void remove(RestorePoint point) {
    entityManager.remove(point);
  }

  private JpaSelection selection(RestorePointQuery wanted) {
    JpaSelection rows = new JpaSelection(entityManager, "RestorePoint p");
    wanted.platformId().ifPresent(id -> rows.and("p.platformId = :platform", "platform", id));
    wanted.vmId().ifPresent(id -> rows.and("p.vmId = :vm", "vm", id));
    wanted.pool().ifPresent(id -> rows.and("p.poolId = :pool", "pool", id.value()));
    wanted.from().ifPresent(at -> rows.and("p.createdAt >= :from", "from", at));
    wanted.until().ifPresent(at -> rows.and("p.createdAt < :until", "until", at));
    return rows.andContains(wanted.text(), "p.vmName", "p.vmTitle");
  }
}
