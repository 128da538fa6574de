package io.holdfast.web.console.layout;

import io.holdfast.server.agent.AgentService;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.pool.PoolService;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Names of agents, platforms and pools for rows that hold their ids; asked once a request. What was
 * removed shows as its id.
 */
@Named("names")
@RequestScoped
public class Names {
  @Inject AgentService agents;
  @Inject PlatformService platforms;
  @Inject PoolService pools;

  private Map<String, String> agentNames;
  private Map<String, String> platformNames;
  private Map<String, String> poolNames;

  /** The host name of an agent. */
  public String agent(Object id) {
    if (agentNames == null) {
      agentNames =
          filled(
              map ->
                  agents
                      .list()
                      .forEach(a -> map.put(a.agent().id().value(), a.agent().hostName())));
    }
    return named(agentNames, id);
  }

  public String platform(Object id) {
    if (platformNames == null) {
      platformNames =
          filled(map -> platforms.list().forEach(p -> map.put(p.id().value(), p.name())));
    }
    return named(platformNames, id);
  }

  public String pool(Object id) {
    if (poolNames == null) {
      poolNames = filled(map -> pools.list().forEach(p -> map.put(p.id().value(), p.name())));
    }
    return named(poolNames, id);
  }

  private static Map<String, String> filled(Consumer<Map<String, String>> fill) {
    Map<String, String> names = new HashMap<>();
    fill.accept(names);
    return names;
  }

  private static String named(Map<String, String> names, Object id) {
    String text = String.valueOf(id);
    return names.getOrDefault(text, text);
  }
}
