package io.holdfast.web.console.backup;

import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.AgentView;
import io.holdfast.server.inventory.InventoryTree;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.KindOptions;
import io.holdfast.server.policy.PlanKind;
import io.holdfast.server.pool.PoolKind;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.web.console.layout.Feedback;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a backup job can be made of: platforms, backup hosts, pools, plans, types. */
@Named("backupTargets")
@RequestScoped
public class BackupTargetsView {
  @Inject PlatformService platforms;
  @Inject AgentService agents;
  @Inject PoolService pools;
  @Inject Feedback feedback;

  public List<Platform> getPlatforms() {
    return feedback.attempt(platforms::list).orElse(List.of());
  }

  /** INV-01: the views of a platform's inventory, the usual one first. */
  public List<InventoryTree> views(String platformId) {
    return platform(platformId)
        .map(platform -> platform.kind().trees())
        .orElse(List.of(InventoryTree.values()));
  }

  /** Whether jobs on a platform have an option. */
  public boolean has(String platformId, String option) {
    return options(platformId).has(option);
  }

  /** Whether a platform's disks are on Ceph, where some options have other names. */
  public boolean isOnCeph(String platformId) {
    return platform(platformId).filter(platform -> platform.kind().isOnCeph()).isPresent();
  }

  /** What jobs on a platform have. */
  KindOptions options(String platformId) {
    return KindOptions.of(platform(platformId).map(Platform::kind).orElse(PlatformKind.H3C_CAS));
  }

  public List<PlanKind> getPlanKinds() {
    return List.of(PlanKind.values());
  }

  public List<BackupType> getBackupTypes() {
    return List.of(BackupType.values());
  }

  Optional<Platform> platform(String platformId) {
    return getPlatforms().stream()
        .filter(platform -> platform.id().value().equals(platformId))
        .findFirst();
  }

  /**
   * Agents that can be the backup host: online, with the platform's module and the storage role.
   */
  public List<AgentView> backupHosts(String platformId, String agentId) {
    String module = platform(platformId).map(platform -> platform.kind().wireName()).orElse("");
    return feedback.attempt(agents::list).orElse(List.of()).stream()
        .filter(host -> host.agent().offers(module))
        .filter(
            host -> host.state() == AgentState.ONLINE || host.agent().id().value().equals(agentId))
        .toList();
  }

  /** All pools, those on the chosen backup host first. */
  public List<StoragePool> pools(String agentId) {
    return feedback.attempt(pools::list).orElse(List.of()).stream()
        .sorted(Comparator.comparing(pool -> !pool.agent().value().equals(agentId)))
        .toList();
  }

  private Optional<StoragePool> pool(String poolId) {
    return pools("").stream().filter(pool -> pool.id().value().equals(poolId)).findFirst();
  }

  /** The pool is on another agent than the backup host. */
  public boolean isElsewhere(String poolId, String agentId) {
    return pool(poolId).filter(pool -> !pool.agent().value().equals(agentId)).isPresent();
  }

  /** Whether it counts where duplicates are found (OPT-02). */
  public boolean isDedup(String poolId) {
    return pool(poolId).filter(pool -> pool.kind() == PoolKind.DEDUP).isPresent();
  }
}
