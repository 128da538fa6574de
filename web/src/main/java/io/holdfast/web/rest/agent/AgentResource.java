package io.holdfast.web.rest.agent;

import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentCapability;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;

/** {@code /agents}: backup hosts and storage agents (AGT-05, AGT-06). */
@Path("/agents")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AgentResource {
  @Inject private AgentService agents;

  /** A module of an agent; {@code detail} says what is missing and where it was looked for. */
  public record Module(String name, boolean available, String detail) {
    static Module of(AgentCapability capability) {
      return new Module(capability.name(), capability.available(), capability.detail());
    }
  }

  /** An agent; times are ISO 8601, {@code lastHeartbeatAt} empty when it never called. */
  public record Entry(
      String id,
      String hostName,
      List<String> addresses,
      String os,
      String architecture,
      String version,
      List<Module> modules,
      String state,
      String lastHeartbeatAt) {
    static Entry of(AgentView view) {
      Agent agent = view.agent();
      return new Entry(
          agent.id().value(),
          agent.hostName(),
          agent.addresses(),
          agent.os(),
          agent.architecture(),
          agent.agentVersion(),
          agent.modules().stream().map(Module::of).toList(),
          view.state().name(),
          agent.lastHeartbeatAt().map(Instant::toString).orElse(""));
    }
  }

  @GET
  public List<Entry> list() {
    return agents.list().stream().map(Entry::of).toList();
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(agents.get(new AgentId(id)));
  }

  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    agents.remove(new AgentId(id));
  }
}
