package io.holdfast.server.audit;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.SecurityEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Puts logins and changes of users into the audit log. */
@ApplicationScoped
public class SecurityEventAudit {
  @Inject AuditService audit;

  void onSecurityEvent(@Observes SecurityEvent event) {
    AuditedAction action =
        new AuditedAction(
            event.action(),
            ResourceRef.all(ResourceKind.USER),
            event.subject(),
            event.succeeded(),
            "");
    if (event.succeeded()) {
      audit.record(event.userName(), event.source(), action);
    } else {
      audit.recordRefused(event.userName(), event.source(), action);
    }
  }
}
