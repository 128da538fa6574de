package io.holdfast.server.agent;

import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** An {@link AgentRegistry} over memory, with one live access key. */
public final class RegistryFixture {
  public final AgentRegistry registry = new AgentRegistry();
  public final List<AgentHeard> heard = new ArrayList<>();
  public final List<AuditedAction> audited = new ArrayList<>();
  public final AccessKey key;
  public final String keyText;

  public RegistryFixture(CertificateAuthority authority, Clock clock) {
    AccessKeyText text = AccessKeyText.generate(authority.fingerprint());
    key = new AccessKey(text.keyId(), text.secretHash(), "lab", "admin", clock.instant());
    keyText = text.text();
    registry.agents = new InMemoryAgents();
    InMemoryKeys keys = new InMemoryKeys();
    keys.add(key);
    registry.keys = keys;
    registry.clock = clock;
    registry.heard = new RecordingEvent();
    registry.audit =
        new AuditService() {
          @Override
          public void record(String userName, String source, AuditedAction action) {
            audited.add(action);
          }
        };
  }

  /** As an administrator does. */
  public void revokeKey() {
    key.revoke(registry.clock.instant());
  }

  /** As an administrator does. */
  public void removeAgent(AgentId id) {
    registry.agents.remove(registry.requireKnown(id));
  }

  private static final class InMemoryAgents implements AgentRepository {
    private final Map<AgentId, Agent> rows = new LinkedHashMap<>();

    @Override
    public Optional<Agent> byId(AgentId id) {
      return Optional.ofNullable(rows.get(id));
    }

    @Override
    public List<Agent> all() {
      return List.copyOf(rows.values());
    }

    @Override
    public void add(Agent agent) {
      rows.put(agent.id(), agent);
    }

    @Override
    public void remove(Agent agent) {
      rows.remove(agent.id());
    }
  }

  private static final class InMemoryKeys implements AccessKeyRepository {
    private final Map<String, AccessKey> rows = new LinkedHashMap<>();

    @Override
    public Optional<AccessKey> byId(String id) {
      return Optional.ofNullable(rows.get(id));
    }

    @Override
    public List<AccessKey> all() {
      return List.copyOf(rows.values());
    }

    @Override
    public void add(AccessKey key) {
      rows.put(key.id(), key);
    }
  }

  private final class RecordingEvent implements Event<AgentHeard> {
    @Override
    public void fire(AgentHeard event) {
      heard.add(event);
    }

    @Override
    public <U extends AgentHeard> CompletionStage<U> fireAsync(U event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends AgentHeard> CompletionStage<U> fireAsync(
        U event, NotificationOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Event<AgentHeard> select(Annotation... qualifiers) {
      return this;
    }

    @Override
    public <U extends AgentHeard> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends AgentHeard> Event<U> select(
        TypeLiteral<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }
  }
}
