package io.holdfast.server.policy;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.pool.PoolId;
import java.util.List;

/**
 * What a person says about a policy; the part that create and update take.
 *
 * @param name shown name, unique, 1 to 250 characters
 * @param platformId platform whose VMs are backed up
 * @param content selected inventory nodes, at least one (INV-04)
 * @param agentId backup host; the pool must live on it
 * @param poolId target pool
 * @param plan when it runs, and as what
 * @param options the rest
 * @param exclusions VMs of the content that are left out (INV-05)
 */
public record PolicyDefinition(
    String name,
    PlatformId platformId,
    List<ContentNode> content,
    AgentId agentId,
    PoolId poolId,
    Plan plan,
    BackupOptions options,
    Exclusions exclusions) {
  /** A definition that leaves nothing out. */
  public PolicyDefinition(
      String name,
      PlatformId platformId,
      List<ContentNode> content,
      AgentId agentId,
      PoolId poolId,
      Plan plan,
      BackupOptions options) {
    this(name, platformId, content, agentId, poolId, plan, options, Exclusions.NONE);
  }

  /**
   * When a policy runs and as what, and how long its restore points stay.
   *
   * @param kind immediate or manual (PLAN-01)
   * @param backupType type of a run that names none (JOB-10)
   * @param retention how long its restore points stay (POOL-09)
   */
  public record Plan(PlanKind kind, BackupType backupType, Retention retention) {}
}
