package io.holdfast.platform.h3ccas;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.TransientException;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Starts, shuts down and deletes VMs [P]. Thread-safe. */
final class CasLifecycle {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final CasHttp http;
  private final CasTasks tasks;
  private final CasErrors errors;
  private final CasVms vms;

  CasLifecycle(CasHttp http, CasTasks tasks, CasErrors errors, CasVms vms) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
    this.vms = vms;
  }

  /** [SRC] A guest that is not off in time is left running: its power is never cut. */
  void shutDown(String vmId, int seconds) {
    CasVm vm = vms.vm(vmId);
    if (vm.shutOff()) {
      return;
    }
    if (!vm.running()) {
      throw errors.of(
          ErrorCode.VM_STATE_REFUSED,
          vm.description().getState(),
          subject(vm, "shut down", "Resume it or shut it down."));
    }
    Instant end = http.waiting().now().plusSeconds(seconds);
    askToStop(vm);
    while (!vms.state(vmId).equals(CasVm.SHUT_OFF)) {
      if (http.waiting().now().isAfter(end)) {
        throw errors.of(
            ErrorCode.SHUTDOWN_REFUSED, "still running", "vm", vm.label(), "seconds", seconds);
      }
      http.waiting().pause(LOOK);
    }
  }

  /** The task is not waited for: it may take longer than the caller wants to wait. */
  private void askToStop(CasVm vm) {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt > http.timings().retries();
      try {
        CasReply reply = http.send("PUT", CasPath.of("vm", "stop", vm.id()), null);
        boolean offAlready =
            reply.errorCode() == PlatformCode.VM_STATE && vms.state(vm.id()).equals(CasVm.SHUT_OFF);
        if (offAlready) {
          return;
        }
        if (!reply.busy() || last) {
          errors.required(reply, "vm", vm.label(), "operation", "shut down", "state", "running");
          return;
        }
      } catch (TransientException e) {
        if (last || e.code() == ErrorCode.INTERRUPTED) {
          throw e;
        }
      }
      http.waiting().pause(http.timings().pause(attempt));
    }
  }

  /** One that runs is success. */
  void start(String vmId) {
    toRunning(vmId, "start");
  }

  /** [P] {@code /vm/restore} lets a paused VM go on; one that runs is success. */
  void resume(String vmId) {
    toRunning(vmId, "restore");
  }

  private void toRunning(String vmId, String call) {
    CasVm vm = vms.vm(vmId);
    if (vm.running()) {
      return;
    }
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT", CasPath.of("vm", call, vmId), null, () -> vms.state(vmId).equals(CasVm.RUNNING));
    if (outcome.code() == PlatformCode.VM_STATE && vms.state(vmId).equals(CasVm.RUNNING)) {
      return;
    }
    errors.required(outcome, subject(vm, call + " VM " + vm.label(), ""));
  }

  /** One that is gone is success. [P] type 1 deletes the volumes, 0 keeps them. */
  void delete(String vmId, boolean deleteVolumes) {
    Optional<CasVm> vm = vms.find(vmId);
    if (vm.isEmpty()) {
      return;
    }
    CasPath path =
        CasPath.of("vm", "deleteVm")
            .with("id", vmId)
            .with("type", deleteVolumes ? 1 : 0)
            .with("isWipeVolume", 0);
    CasTasks.Outcome outcome = tasks.perform("DELETE", path, null, () -> vms.find(vmId).isEmpty());
    if (outcome.code() != PlatformCode.VM_MISSING) {
      String operation = "delete VM " + vm.get().label();
      errors.required(outcome, subject(vm.get(), operation, "Shut it down first."));
    }
  }

  private static Object[] subject(CasVm vm, String operation, String advice) {
    String state = vm.description().getState();
    return new Object[] {
      "vm", vm.label(), "operation", operation, "state", state, "advice", advice
    };
  }
}
