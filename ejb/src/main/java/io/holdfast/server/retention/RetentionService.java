package io.holdfast.server.retention;

import io.holdfast.agent.protocol.PreviewRemovalRequest;
import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionVerdict;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.catalog.ProtectedVm;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Retention as people look at it (POOL-09). Asks agents: not in a transaction. Thread-safe. */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RetentionService {
  @Inject private PolicyRepository policies;
  @Inject private RestorePointRepository points;
  @Inject private RetentionQuestion question;
  @Inject private PoolConnections pools;
  @Inject private AgentGateway gateway;
  @Inject private AccessPolicy access;
  @Inject private ShortTransaction transaction;

  /** A VM of a job in a pool. */
  private record Member(PoolId pool, ProtectedVm vm) {}

  /**
   * What would go and what stays if retention were applied to some of a job's VMs now; changes
   * nothing. Needs JOB_VIEW.
   *
   * @throws BackupException NOT_FOUND; errors of the pools' agents
   */
  public RetentionPreview preview(UUID policyId, PageRequest page) {
    access.require(Permission.JOB_VIEW, ResourceRef.of(ResourceKind.JOB, policyId.toString()));
    BackupPolicy policy =
        transaction
            .call(() -> policies.find(policyId))
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", policyId));
    List<Member> all = transaction.call(() -> members(policyId));
    List<RetentionPreview.Vm> vms =
        all.stream()
            .skip(page.offset())
            .limit(page.limit())
            .map(member -> preview(member, policy))
            .toList();
    return new RetentionPreview(vms, all.size(), freed(vms));
  }

  private List<Member> members(UUID policyId) {
    List<Member> result = new ArrayList<>();
    for (PoolId pool : points.poolsOfJob(policyId.toString())) {
      points.vmsOfJob(pool, policyId.toString()).forEach(vm -> result.add(new Member(pool, vm)));
    }
    return result;
  }

  private RetentionPreview.Vm preview(Member member, BackupPolicy policy) {
    VmRef vm = new VmRef(member.vm().platformId(), member.vm().vmId());
    RetentionReport report =
        question.ask(
            new RetentionQuestion.Subject(member.pool(), policy.getId(), vm),
            policy.getRetention());
    Map<String, RetentionVerdict> verdicts = new LinkedHashMap<>();
    report
        .getVerdictsList()
        .forEach(verdict -> verdicts.put(verdict.getFacts().getRestorePointId(), verdict));
    List<RetentionPreview.Point> rows = new ArrayList<>();
    for (RestorePoint point :
        transaction.call(() -> points.ofJob(member.pool(), policy.getId().toString(), vm))) {
      RetentionVerdict verdict = verdicts.get(point.id().value());
      if (verdict != null) {
        rows.add(
            new RetentionPreview.Point(
                point, verdict.getGoes(), KeptFor.of(verdict.getFacts().getKeptForList())));
      }
    }
    return new RetentionPreview.Vm(
        member.pool(), member.vm(), HeldBackBy.of(report.getHeldBack()), rows);
  }

  /** What cannot be measured is not said. */
  private Optional<RemovalPreview> freed(List<RetentionPreview.Vm> vms) {
    Map<PoolId, List<RestorePointId>> going = new LinkedHashMap<>();
    for (RetentionPreview.Vm vm : vms) {
      vm.points().stream()
          .filter(RetentionPreview.Point::goes)
          .forEach(
              row ->
                  going.computeIfAbsent(vm.pool(), id -> new ArrayList<>()).add(row.point().id()));
    }
    try {
      RemovalPreview.Builder sum = RemovalPreview.newBuilder();
      going.forEach((pool, ids) -> add(sum, measure(pool, ids)));
      return Optional.of(sum.build());
    } catch (BackupException notMeasured) {
      return Optional.empty();
    }
  }

  private static void add(RemovalPreview.Builder sum, RemovalPreview one) {
    sum.setRestorePoints(sum.getRestorePoints() + one.getRestorePoints())
        .setChunks(sum.getChunks() + one.getChunks())
        .setPackBytes(sum.getPackBytes() + one.getPackBytes())
        .setFileBytes(sum.getFileBytes() + one.getFileBytes());
  }

  /** What removing restore points of a pool would free. Errors of the agent. */
  RemovalPreview measure(PoolId pool, List<RestorePointId> ids) {
    return gateway
        .upkeep(pools.agent(pool))
        .previewRemoval(
            PreviewRemovalRequest.newBuilder()
                .setPool(pools.access(pool))
                .addAllRestorePointIds(ids.stream().map(RestorePointId::value).toList())
                .build());
  }
}
