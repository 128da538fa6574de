package io.holdfast.server.catalog;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** RST-01: restore points as people look for them. Needs RESTORE_POINT_VIEW. Thread-safe. */
@ApplicationScoped
@Transactional
public class CatalogService {
  @Inject RestorePointRepository points;
  @Inject AccessPolicy policy;

  /** Restore points, newest first. */
  public Page<RestorePoint> find(RestorePointQuery query, PageRequest page) {
    policy.require(Permission.RESTORE_POINT_VIEW, ResourceRef.all(ResourceKind.RESTORE_POINT));
    return points.find(query, page);
  }

  /** VMs that have restore points, by name. */
  public Page<ProtectedVm> vms(RestorePointQuery query, PageRequest page) {
    policy.require(Permission.RESTORE_POINT_VIEW, ResourceRef.all(ResourceKind.RESTORE_POINT));
    return points.vms(query, page);
  }

  /** One restore point; RESTORE_POINT_NOT_FOUND. */
  public RestorePoint get(RestorePointId id) {
    policy.require(
        Permission.RESTORE_POINT_VIEW, ResourceRef.of(ResourceKind.RESTORE_POINT, id.value()));
    return points
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.RESTORE_POINT_NOT_FOUND, "id", id));
  }
}
