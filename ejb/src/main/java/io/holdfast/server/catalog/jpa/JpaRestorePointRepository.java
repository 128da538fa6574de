package io.holdfast.server.catalog.jpa;

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
