package io.holdfast.platform.hikcloud;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.hikcloud.rest.CloudCode;
import io.holdfast.platform.hikcloud.rest.CloudEndpoint;
import io.holdfast.platform.hikcloud.rest.CloudReply;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns the platform's refusals and failed tasks into the product's errors. Each keeps the
 * platform's code and the request's id. Thread-safe.
 */
final class CloudErrors {
  private final CloudEndpoint endpoint;

  CloudErrors(CloudEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** The reply itself, or its refusal as an exception. */
  CloudReply required(CloudReply reply, Object... subject) {
    if (reply.refused()) {
      throw refused(reply, subject);
    }
    return reply;
  }

  BackupException refused(CloudReply reply, Object... subject) {
    Map<String, String> parameters = BackupException.parameters(subject);
    parameters.put("number", reply.code());
    parameters.putIfAbsent("operation", reply.call());
    return of(meaning(reply.code(), ErrorCode.PLATFORM_ERROR), reply.words(), parameters);
  }

  /** Does nothing after a success, else throws. */
  void required(CloudTasks.Outcome outcome, Object... subject) {
    if (!outcome.succeeded()) {
      Map<String, String> parameters = BackupException.parameters(subject);
      parameters.put("number", outcome.code());
      ErrorCode code = meaning(outcome.code(), ErrorCode.PLATFORM_TASK_FAILED);
      throw of(code, outcome.words(), parameters);
    }
  }

  private static ErrorCode meaning(String code, ErrorCode otherwise) {
    return switch (code) {
      case CloudCode.STATE -> ErrorCode.VM_STATE_REFUSED;
      case CloudCode.GUEST_AGENT -> ErrorCode.GUEST_NOT_FREEZABLE;
      default -> otherwise;
    };
  }

  /**
   * An error that names this platform, its reason and its subject.
   *
   * @param subject names and values in turn: {@code "vm", name, "disk", device…}
   */
  BackupException of(ErrorCode code, String reason, Object... subject) {
    return of(code, reason, BackupException.parameters(subject));
  }

  private BackupException of(ErrorCode code, String reason, Map<String, String> subject) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("cause", reason);
    parameters.putAll(subject);
    return about(code, parameters);
  }

  /** An error whose message says it all: this platform and its subject, and no reason. */
  BackupException about(ErrorCode code, Object... subject) {
    return about(code, BackupException.parameters(subject));
  }

  private BackupException about(ErrorCode code, Map<String, String> subject) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("address", endpoint.authority());
    parameters.putAll(subject);
    return BackupException.of(code, parameters, null);
  }

  /**
   * What the platform has no call for.
   *
   * @param what a reason
   */
  BackupException cannot(String what) {
    return of(
        ErrorCode.PLATFORM_CANNOT, Reason.of(ReasonCode.TARGETS_MADE_ON_PLATFORM), "what", what);
  }

  /**
   * What a call about a VM names.
   *
   * @param operation a reason
   */
  static Object[] subject(CloudVm vm, String operation, String advice) {
    return new Object[] {
      "vm",
      vm.name(),
      "state",
      vm.description().getState(),
      "operation",
      operation,
      "advice",
      advice,
      "type",
      "FREEZE_UNANSWERED"
    };
  }
}
