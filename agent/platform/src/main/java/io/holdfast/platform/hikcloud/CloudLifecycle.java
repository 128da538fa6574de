package io.holdfast.platform.hikcloud;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.platform.hikcloud.rest.CloudReply;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Starts and shuts down VMs [INF] (HIK-06). Thread-safe. */
final class CloudLifecycle {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final CloudHttp http;
  private final CloudTasks tasks;
  private final CloudErrors errors;
  private final CloudInstances instances;
  private final CloudEligibility eligibility;

  CloudLifecycle(
      CloudHttp http,
      CloudTasks tasks,
      CloudErrors errors,
      CloudInstances instances,
      CloudEligibility eligibility) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
    this.instances = instances;
    this.eligibility = eligibility;
  }

  /** A guest that is not off in time is left running: its power is never cut. */
  void shutDown(String vmId, int seconds) {
    CloudVm vm = instances.vm(vmId);
    if (vm.shutOff()) {
      return;
    }
    if (!vm.running()) {
      throw eligibility.stateRefused(vm);
    }
    Instant end = http.waiting().now().plusSeconds(seconds);
    // The task may take longer than the caller wants to wait, so it is not waited for.
    CloudReply reply = http.repeated("POST", action(vmId), Map.of("type", "stop", "force", false));
    if (reply.refused() && !instances.vm(vmId).shutOff()) {
      throw errors.refused(
          reply, CloudErrors.subject(vm, Reason.of(ReasonCode.SHUT_DOWN_VM, "vm", vm.name()), ""));
    }
    while (!instances.vm(vmId).shutOff()) {
      if (http.waiting().now().isAfter(end)) {
        throw errors.about(ErrorCode.SHUTDOWN_REFUSED, "vm", vm.name(), "seconds", seconds);
      }
      http.waiting().pause(LOOK);
    }
  }

  /** One that runs is success. */
  void start(String vmId) {
    CloudVm vm = instances.vm(vmId);
    if (vm.running()) {
      return;
    }
    CloudTasks.Outcome outcome =
        tasks.perform(
            "POST",
            action(vmId),
            Map.of("type", "start"),
            () -> instances.find(vmId).filter(CloudVm::running).isPresent());
    if (!outcome.succeeded() && !instances.vm(vmId).running()) {
      errors.required(
          outcome, CloudErrors.subject(vm, Reason.of(ReasonCode.START_VM, "vm", vm.name()), ""));
    }
  }

  private static CloudPath action(String vmId) {
    return CloudPath.of("instances", vmId, "action");
  }
}
