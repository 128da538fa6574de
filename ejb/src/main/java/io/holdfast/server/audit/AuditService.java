package io.holdfast.server.audit;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;

/** Writes and reads the audit log. Thread-safe. */
@ApplicationScoped
public class AuditService {
  @Inject AuditRepository entries;
  @Inject AccessPolicy policy;
  @Inject Clock clock;

  /** Records what the present caller did, in the present transaction: both are kept or neither. */
  @Transactional
  public void record(AuditedAction action) {
    Caller caller = policy.caller();
    record(caller.name(), caller.source(), action);
  }

  /** Records what a named user did, as for a login that has no caller yet. */
  @Transactional
  public void record(String userName, String source, AuditedAction action) {
    entries.append(new AuditEntry(clock.instant(), userName, source, action));
  }

  /** Records an attempt that failed; kept although the caller's transaction rolls back. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void recordRefused(String userName, String source, AuditedAction action) {
    entries.append(new AuditEntry(clock.instant(), userName, source, action));
  }

  /** The log, newest first. Needs AUDIT_VIEW. */
  public Page<AuditEntry> newest(PageRequest page) {
    policy.require(Permission.AUDIT_VIEW, ResourceRef.all(ResourceKind.AUDIT_LOG));
    return entries.newest(page);
  }
}
