package io.holdfast.agent.transfer;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.CheckVmsResponse;
import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.VmCheck;
import io.holdfast.agent.protocol.VmToCheck;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells of many VMs what a backup of each would be, before a run (CAS-06, CAS-07). Decides nothing
 * itself: {@link VmEligibility} and {@link TypeDecision} do, as at run time. Reads only.
 */
final class VmChecks {
  private static final int MOST_VMS = 200;

  /** What concerns all VMs of the call alike. */
  private static final Set<ErrorCode> OF_THE_CALL =
      EnumSet.of(
          ErrorCode.PLATFORM_NAME_UNRESOLVED,
          ErrorCode.PLATFORM_UNREACHABLE,
          ErrorCode.PLATFORM_LOGIN_REFUSED,
          ErrorCode.PLATFORM_CERTIFICATE_REFUSED,
          ErrorCode.INTERRUPTED);

  private final Connectors connectors;
  private final PoolReach pools;

  VmChecks(Connectors connectors, PoolReach pools) {
    this.connectors = connectors;
    this.pools = pools;
  }

  CheckVmsResponse check(CheckVmsRequest request, Set<String> openHere) {
    if (request.getVmsCount() < 1 || request.getVmsCount() > MOST_VMS) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "vms",
          "value",
          request.getVmsCount(),
          "min",
          1,
          "max",
          MOST_VMS);
    }
    BackupRequest common = request.getCommon();
    try (OptionalPool pool = new OptionalPool(common, pools);
        PlatformConnection platform = connectors.connect(common.getPlatform())) {
      VmEligibility eligibility = new VmEligibility(platform, openHere);
      CheckVmsResponse.Builder response = CheckVmsResponse.newBuilder();
      for (VmToCheck vm : request.getVmsList()) {
        BackupRequest one =
            common.toBuilder()
                .setVmId(vm.getVmId())
                .setExpectedVmUuid(vm.getExpectedVmUuid())
                .setBaseRestorePointId(vm.getBaseRestorePointId())
                .clearSessions()
                .clearLastHost()
                .build();
        if (vm.hasSessions()) {
          one = one.toBuilder().setSessions(vm.getSessions()).build();
        }
        if (vm.hasLastHost()) {
          one = one.toBuilder().setLastHost(vm.getLastHost()).build();
        }
        response.addVms(checked(one, request.getReachHosts(), platform, eligibility, pool));
      }
      return response.build();
    }
  }

  private static VmCheck checked(
      BackupRequest request,
      boolean reach,
      PlatformConnection platform,
      VmEligibility eligibility,
      OptionalPool pool) {
    VmCheck.Builder check = VmCheck.newBuilder().setVmId(request.getVmId());
    try {
      VmEligibility.Judged judged = eligibility.judge(request);
      BackupPlan.Builder plan =
          BackupOpening.plan(judged, pool.decision(request, judged.vm())).toBuilder();
      plan.addAllNotices(platform.dataPlane(judged.vm().vm(), request.getDataPlane()));
      if (reach) {
        platform.requireDataPlane(judged.vm().vm(), request.getDataPlane());
      }
      return check.setEligible(true).setPlan(plan).build();
    } catch (BackupException refused) {
      if (OF_THE_CALL.contains(refused.code())) {
        throw refused;
      }
      VmEligibility.described(platform, request.getVmId())
          .ifPresent(vm -> check.setPlan(BackupPlan.newBuilder().setVm(vm)));
      return check
          .setRefusal(
              ErrorDetail.newBuilder()
                  .setCode(refused.code().number())
                  .putAllParameters(refused.parameters()))
          .build();
    }
  }

  /** The pool of a check; without one nothing is said of bases. */
  private static final class OptionalPool implements AutoCloseable {
    private final Optional<PoolUse> use;

    private OptionalPool(BackupRequest common, PoolReach pools) {
      this.use =
          common.hasPool()
              ? Optional.of(pools.look(common.getPool(), common.getStorageLink()))
              : Optional.empty();
    }

    private TypeDecision decision(BackupRequest request, BackupEligibility vm) {
      return use.isPresent()
          ? TypeDecision.decide(request, vm, use.get().pool())
          : TypeDecision.withoutPool(request, vm);
    }

    @Override
    public void close() {
      use.ifPresent(PoolUse::close);
    }
  }
}
