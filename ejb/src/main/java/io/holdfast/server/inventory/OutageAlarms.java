package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentRepository;
import io.holdfast.server.alarm.AlarmBell;
import io.holdfast.server.alarm.AlarmSubject;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * An outage of a platform is an alarm (JOB-07) that names platform, backup host and cause, and
 * closes itself when the platform answers again; both are entries of the audit log. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class OutageAlarms implements PlatformOutages {
  private static final Logger LOG = System.getLogger(OutageAlarms.class.getName());

  @Inject PlatformRepository platforms;
  @Inject AgentRepository agents;
  @Inject AlarmBell bell;
  @Inject AuditService audit;

  @Override
  public void began(PlatformId id, BackupException why) {
    platforms.byId(id).ifPresent(platform -> began(platform, why));
  }

  private void began(Platform platform, BackupException why) {
    String agent =
        agents
            .byId(platform.backupHost())
            .map(Agent::hostName)
            .orElse(platform.backupHost().value());
    bell.offline(
        AlarmSubject.ofPlatform(platform.id().value(), platform.name()),
        NoticeCode.PLATFORM_OFFLINE,
        BackupException.parameters(
            "platform", platform.name(), "agent", agent, "cause", Reason.of(why)));
    audit(platform.id(), platform.name(), "platform-offline", why.code().name());
    LOG.log(
        Level.WARNING,
        "Platform {0} does not answer as it should: {1}",
        platform.name(),
        why.getMessage());
  }

  @Override
  public void ended(PlatformId id) {
    bell.online(id.value());
    platforms
        .byId(id)
        .ifPresent(
            platform -> {
              audit(id, platform.name(), "platform-online", "");
              LOG.log(Level.INFO, "Platform {0} is online again", platform.name());
            });
  }

  private void audit(PlatformId id, String name, String action, String detail) {
    audit.record(
        "system",
        "server",
        AuditedAction.done(action, ResourceRef.of(ResourceKind.PLATFORM, id.value()), name)
            .with(detail));
  }
}
