package io.holdfast.server.agent;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * AGT-05: what agents tell the server, and who they are. No permission is asked: the caller is an
 * agent, known by access key or certificate. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class AgentRegistry {
  /** The only version of the agent protocol so far. */
  public static final int PROTOCOL_VERSION = 1;

  private static final System.Logger LOG = System.getLogger(AgentRegistry.class.getName());

  @Inject AgentRepository agents;
  @Inject AccessKeyRepository keys;
  @Inject AuditService audit;
  @Inject Event<AgentHeard> heard;
  @Inject Clock clock;

  /**
   * Takes in an agent that shows a live access key; one that is known already gets its new
   * description. ACCESS_KEY_REFUSED, AGENT_VERSION_UNSUPPORTED.
   *
   * @param source the address it came from
   */
  public Agent enrol(String accessKey, AgentId id, AgentFacts facts, String source) {
    requireSpoken(facts);
    AccessKey key =
        AccessKeyText.parse(accessKey)
            .flatMap(text -> keys.byId(text.keyId()).filter(text::hasSecretOf))
            .filter(known -> known.revokedAt().isEmpty())
            .orElseThrow(() -> refused(source));
    key.used();
    Instant now = clock.instant();
    Optional<Agent> known = agents.byId(id);
    known.ifPresent(agent -> agent.enrolledAgain(facts, now));
    Agent agent =
        known.orElseGet(
            () -> {
              Agent fresh = new Agent(id, facts, now);
              agents.add(fresh);
              return fresh;
            });
    audit.record(
        "agent",
        source,
        AuditedAction.done(
                "agent-enrol", ResourceRef.of(ResourceKind.AGENT, id.value()), facts.hostName())
            .with("access key " + key.label()));
    LOG.log(
        System.Logger.Level.INFO,
        "Agent {0} enrolled: {1} at {2}",
        id,
        facts.hostName(),
        facts.control());
    return agent;
  }

  /** A sign of life; AGENT_UNKNOWN for an agent that was removed, AGENT_VERSION_UNSUPPORTED. */
  public void heartbeat(AgentId id, AgentFacts facts) {
    requireSpoken(facts);
    Agent agent = requireKnown(id);
    Instant now = clock.instant();
    boolean cameBack =
        agent.stateAt(now) == AgentState.OFFLINE || !agent.instanceId().equals(facts.instanceId());
    agent.heardOf(facts, now);
    if (cameBack) {
      LOG.log(System.Logger.Level.INFO, "Agent {0} ({1}) is online", facts.hostName(), id);
    }
    heard.fire(new AgentHeard(id, cameBack));
  }

  /** The agent goes by intention and is offline at once. */
  public void goodbye(AgentId id) {
    Agent agent = requireKnown(id);
    agent.left(clock.instant());
    LOG.log(System.Logger.Level.INFO, "Agent {0} ({1}) went offline", agent.hostName(), id);
  }

  /** The agent's row; AGENT_UNKNOWN. */
  public Agent requireKnown(AgentId id) {
    return agents
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.AGENT_UNKNOWN, "agent", id));
  }

  /** Online or offline now; an agent that is not known is offline. */
  public AgentState state(AgentId id) {
    return agents.byId(id).map(agent -> agent.stateAt(clock.instant())).orElse(AgentState.OFFLINE);
  }

  private BackupException refused(String source) {
    LOG.log(System.Logger.Level.WARNING, "Enrolment refused: wrong access key from {0}", source);
    return BackupException.of(ErrorCode.ACCESS_KEY_REFUSED);
  }

  private static void requireSpoken(AgentFacts facts) {
    if (facts.protocolVersion() != PROTOCOL_VERSION) {
      throw BackupException.of(
          ErrorCode.AGENT_VERSION_UNSUPPORTED,
          "agent",
          facts.hostName(),
          "actual",
          facts.protocolVersion(),
          "expected",
          PROTOCOL_VERSION);
    }
  }
}
