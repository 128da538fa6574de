package io.holdfast.server.agent;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.UsageCheck;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** AGT-05: agents and access keys as people see and keep them. Thread-safe. */
@ApplicationScoped
@Transactional
public class AgentService {
  private static final int MAX_LABEL = 128;

  @Inject AgentRepository agents;
  @Inject AccessKeyRepository keys;
  @Inject CertificateAuthority authority;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject UsageCheck usage;
  @Inject Clock clock;

  /** All agents with their state now, by host name. Needs AGENT_VIEW. */
  public List<AgentView> list() {
    policy.require(Permission.AGENT_VIEW, ResourceRef.all(ResourceKind.AGENT));
    Instant now = clock.instant();
    return agents.all().stream().map(a -> new AgentView(a, a.stateAt(now))).toList();
  }

  /** One agent with its state now; AGENT_UNKNOWN. Needs AGENT_VIEW. */
  public AgentView get(AgentId id) {
    policy.require(Permission.AGENT_VIEW, ref(id));
    Agent agent = byId(id);
    return new AgentView(agent, agent.stateAt(clock.instant()));
  }

  /**
   * Takes an agent out of the registry; it is refused from then on until it enrols again.
   * RESOURCE_IN_USE while a platform or pool needs it. Needs AGENT_MANAGE.
   */
  public void remove(AgentId id) {
    policy.require(Permission.AGENT_MANAGE, ref(id));
    Agent agent = byId(id);
    usage.requireUnused(ref(id), agent.hostName());
    agents.remove(agent);
    audit.record(AuditedAction.done("agent-remove", ref(id), agent.hostName()));
  }

  /** Makes an access key and shows its text this once. Needs AGENT_MANAGE. */
  public IssuedAccessKey createAccessKey(String label) {
    Caller caller =
        policy.require(Permission.AGENT_MANAGE, ResourceRef.all(ResourceKind.ACCESS_KEY));
    String name = label.strip();
    if (name.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "label");
    }
    if (name.length() > MAX_LABEL) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "label",
          "value",
          name.length(),
          "min",
          1,
          "max",
          MAX_LABEL);
    }
    AccessKeyText text = AccessKeyText.generate(authority.fingerprint());
    AccessKey key =
        new AccessKey(text.keyId(), text.secretHash(), name, caller.name(), clock.instant());
    keys.add(key);
    audit.record(
        AuditedAction.done(
            "access-key-create", ResourceRef.of(ResourceKind.ACCESS_KEY, key.id()), name));
    return new IssuedAccessKey(key.id(), text.text());
  }

  /** All access keys, newest first, without their secrets. Needs AGENT_VIEW. */
  public List<AccessKey> accessKeys() {
    policy.require(Permission.AGENT_VIEW, ResourceRef.all(ResourceKind.ACCESS_KEY));
    return keys.all();
  }

  /**
   * Ends an access key; agents enrolled with it stay. NOT_FOUND. Doing it twice is as once. Needs
   * AGENT_MANAGE.
   */
  public void revokeAccessKey(String id) {
    ResourceRef ref = ResourceRef.of(ResourceKind.ACCESS_KEY, id);
    policy.require(Permission.AGENT_MANAGE, ref);
    AccessKey key =
        keys.byId(id)
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "access key", "id", id));
    key.revoke(clock.instant());
    audit.record(AuditedAction.done("access-key-revoke", ref, key.label()));
  }

  private Agent byId(AgentId id) {
    return agents
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.AGENT_UNKNOWN, "agent", id));
  }

  private static ResourceRef ref(AgentId id) {
    return ResourceRef.of(ResourceKind.AGENT, id.value());
  }
}
