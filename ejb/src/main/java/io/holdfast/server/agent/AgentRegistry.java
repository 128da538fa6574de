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
   * Takes in an agent that shows a live access key. One that is known already must be the same: it
   * shows the key its last certificate was for, or that certificate; then it gets its new
   * description. ACCESS_KEY_REFUSED, AGENT_KEY_DIFFERS, AGENT_VERSION_UNSUPPORTED.
   *
   * @param source the address it came from
   */
  public Agent enrol(
      String accessKey, AgentId id, AgentProof proof, AgentFacts facts, String source) {
    requireSpoken(facts);
    AccessKey key =
        AccessKeyText.parse(accessKey)
            .flatMap(text -> keys.byId(text.keyId()).filter(text::hasSecretOf))
            .filter(known -> known.revokedAt().isEmpty())
            .orElseThrow(() -> refused(source));
    Instant now = clock.instant();
    Optional<Agent> known = agents.byId(id);
    if (known.filter(agent -> !proof.isOf(agent)).isPresent()) {
      throw another(id, source);
    }
    key.used();
    known.ifPresent(agent -> agent.enrolledAgain(facts, proof.keyHash(), now));
    Agent agent =
        known.orElseGet(
            () -> {
              Agent fresh = new Agent(id, facts, proof.keyHash(), now);
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

  /**
   * A sign of life; AGENT_UNKNOWN for an agent that was removed, AGENT_VERSION_UNSUPPORTED.
   *
   * @param keyHash {@link AgentProof#hashOf} the key of the certificate it came with
   */
  public void heartbeat(AgentId id, String keyHash, AgentFacts facts) {
    requireSpoken(facts);
    Agent agent = requireKnown(id);
    if (agent.keyHash().isEmpty()) {
      agent.certifiedFor(keyHash);
    }
    Instant now = clock.instant();
    boolean cameBack =
        agent.stateAt(now) == AgentState.OFFLINE || !agent.instanceId().equals(facts.instanceId());
    agent.heardOf(facts, now);
    if (cameBack) {
      LOG.log(System.Logger.Level.INFO, "Agent {0} ({1}) is online", facts.hostName(), id);
    }
    heard.fire(new AgentHeard(id, cameBack));
  }

  /** The agent, which came with its certificate, gets one for this key; AGENT_UNKNOWN. */
  public void renewed(AgentId id, String keyHash) {
    requireKnown(id).certifiedFor(keyHash);
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

  private static BackupException another(AgentId id, String source) {
    LOG.log(
        System.Logger.Level.WARNING,
        "Enrolment refused: {0} shows another key than agent {1} enrolled with",
        source,
        id);
    return BackupException.of(ErrorCode.AGENT_KEY_DIFFERS, "agent", id);
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
