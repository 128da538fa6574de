package io.holdfast.web.console.overview;

import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.pool.PoolService;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;

/** The counts of the first page; asks no agent, so it is quick when one is away. */
@Named
@ViewScoped
public class OverviewView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final PageRequest COUNT_ONLY = PageRequest.first(1);

  @Inject AgentService agents;
  @Inject PlatformService platforms;
  @Inject PoolService pools;
  @Inject PolicyService policies;
  @Inject CatalogService catalog;
  @Inject Feedback feedback;

  private transient List<AgentView> allAgents;

  private List<AgentView> agents() {
    if (allAgents == null) {
      allAgents = feedback.attempt(agents::list).orElse(List.of());
    }
    return allAgents;
  }

  public long getAgentCount() {
    return agents().size();
  }

  public long getOnlineCount() {
    return agents().stream().filter(view -> view.state() == AgentState.ONLINE).count();
  }

  public long getPlatformCount() {
    return count(() -> (long) platforms.list().size());
  }

  public long getPoolCount() {
    return count(() -> (long) pools.list().size());
  }

  public long getJobCount() {
    return count(() -> policies.list("", COUNT_ONLY).total());
  }

  public long getRestorePointCount() {
    return count(() -> catalog.find(RestorePointQuery.all(), COUNT_ONLY).total());
  }

  public long getProtectedCount() {
    return count(() -> catalog.vms(RestorePointQuery.all(), COUNT_ONLY).total());
  }

  /** Asks again at the next rendering. */
  public void refresh() {
    allAgents = null;
  }

  private long count(Supplier<Long> question) {
    return feedback.attempt(question).orElse(0L);
  }
}
