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
import io.holdfast.server.pool.PoolId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@link RestorePointRepository} by JPA. */
@ApplicationScoped
public class JpaRestorePointRepository implements RestorePointRepository {
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
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(wanted, parameters);
    TypedQuery<RestorePoint> rows =
        entityManager.createQuery(
            "select p from RestorePoint p" + where + " order by p.createdAt desc, p.id",
            RestorePoint.class);
    TypedQuery<Long> count =
        entityManager.createQuery("select count(p) from RestorePoint p" + where, Long.class);
    parameters.forEach(rows::setParameter);
    parameters.forEach(count::setParameter);
    return new Page<>(
        rows.setFirstResult(page.offset()).setMaxResults(page.limit()).getResultList(),
        count.getSingleResult());
  }

  @Override
  public Page<ProtectedVm> vms(RestorePointQuery wanted, PageRequest page) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String where = where(wanted, parameters);
    TypedQuery<ProtectedVm> rows =
        entityManager.createQuery(
            "select new io.holdfast.server.catalog.ProtectedVm(p.platformId, p.vmId,"
                + " max(p.vmName), count(p), max(p.createdAt)) from RestorePoint p"
                + where
                + " group by p.platformId, p.vmId order by max(p.vmName), p.platformId, p.vmId",
            ProtectedVm.class);
    TypedQuery<Long> count =
        entityManager.createQuery(
            "select count(distinct concat(p.platformId, '/', p.vmId)) from RestorePoint p" + where,
            Long.class);
    parameters.forEach(rows::setParameter);
    parameters.forEach(count::setParameter);
    return new Page<>(
        rows.setFirstResult(page.offset()).setMaxResults(page.limit()).getResultList(),
        count.getSingleResult());
  }

  @Override
  public List<String> idsIn(PoolId pool) {
    return entityManager
        .createQuery("select p.id from RestorePoint p where p.poolId = :pool", String.class)
        .setParameter("pool", pool.value())
        .getResultList();
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
            "select new io.holdfast.server.catalog.ProtectedVm(p.platformId, p.vmId,"
                + " max(p.vmName), count(p), max(p.createdAt)) from RestorePoint p"
                + " where p.poolId = :pool and p.policyId = :policy"
                + " group by p.platformId, p.vmId order by max(p.vmName), p.platformId, p.vmId",
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

  private static String where(RestorePointQuery wanted, Map<String, Object> parameters) {
    StringBuilder where = new StringBuilder(" where 1 = 1");
    wanted
        .platformId()
        .ifPresent(id -> condition(where, parameters, "p.platformId = :platform", id));
    wanted.vmId().ifPresent(id -> condition(where, parameters, "p.vmId = :vm", id));
    wanted.pool().ifPresent(id -> condition(where, parameters, "p.poolId = :pool", id.value()));
    wanted.from().ifPresent(at -> condition(where, parameters, "p.createdAt >= :from", at));
    wanted.until().ifPresent(at -> condition(where, parameters, "p.createdAt < :until", at));
    if (!wanted.text().isBlank()) {
      condition(
          where,
          parameters,
          "(lower(p.vmName) like :text escape '!' or lower(p.vmTitle) like :text escape '!')",
          "%" + escaped(wanted.text().strip().toLowerCase(Locale.ROOT)) + "%");
    }
    return where.toString();
  }

  private static String escaped(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }

  private static void condition(
      StringBuilder where, Map<String, Object> parameters, String condition, Object value) {
    where.append(" and ").append(condition);
    String name = condition.replaceFirst(".*?:(\\w+).*", "$1");
    parameters.put(name, value);
  }
}
