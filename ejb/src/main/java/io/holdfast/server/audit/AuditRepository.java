package io.holdfast.server.audit;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;

/** Audit entries in the database; there is no update and no delete. */
public interface AuditRepository {
  /** Appends. Needs a transaction. */
  void append(AuditEntry entry);

  /** Newest first. */
  Page<AuditEntry> newest(PageRequest page);
}
