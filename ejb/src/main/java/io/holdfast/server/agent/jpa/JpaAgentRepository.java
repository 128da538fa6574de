package io.holdfast.server.agent.jpa;

import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link AgentRepository} by JPA. */
@ApplicationScoped
public class JpaAgentRepository implements AgentRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<Agent> byId(AgentId id) {
    return Optional.ofNullable(entityManager.find(Agent.class, id.value()));
  }

  @Override
  public List<Agent> all() {
    return entityManager
        .createQuery("select a from Agent a order by a.hostName, a.id", Agent.class)
        .getResultList();
  }

  @Override
  public void add(Agent agent) {
    entityManager.persist(agent);
  }

  @Override
  public void remove(Agent agent) {
    entityManager.remove(agent);
  }
}
