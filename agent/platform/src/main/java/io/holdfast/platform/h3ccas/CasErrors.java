package io.holdfast.platform.h3ccas;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasEndpoint;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns the platform's refusals and failed tasks into the product's errors. Thread-safe. */
final class CasErrors {
  private static final Map<Integer, ErrorCode> MEANINGS =
      Map.ofEntries(
          Map.entry(PlatformCode.HOST_MISSING, ErrorCode.TARGET_HOST_UNKNOWN),
          Map.entry(PlatformCode.VM_MISSING, ErrorCode.VM_NOT_FOUND),
          Map.entry(PlatformCode.VM_EXISTS, ErrorCode.VM_NAME_TAKEN),
          Map.entry(PlatformCode.VM_STATE, ErrorCode.VM_STATE_REFUSED),
          Map.entry(PlatformCode.VM_MIGRATING, ErrorCode.VM_STATE_REFUSED),
          Map.entry(PlatformCode.BUSY, ErrorCode.PLATFORM_BUSY),
          Map.entry(PlatformCode.SNAPSHOT_MISSING, ErrorCode.SNAPSHOT_LOST),
          Map.entry(PlatformCode.SNAPSHOT_KIND, ErrorCode.SNAPSHOT_UNSUPPORTED),
          Map.entry(PlatformCode.POOL_MISSING, ErrorCode.TARGET_STORAGE_UNKNOWN),
          Map.entry(PlatformCode.POOL_FULL, ErrorCode.TARGET_STORAGE_FULL),
          Map.entry(PlatformCode.VOLUME_EXISTS, ErrorCode.ALREADY_EXISTS),
          Map.entry(PlatformCode.VOLUME_MISSING, ErrorCode.NOT_FOUND),
          Map.entry(PlatformCode.VOLUME_NAME, ErrorCode.INVALID_VALUE),
          Map.entry(PlatformCode.VOLUME_FORMAT, ErrorCode.DISK_FORMAT_UNSUPPORTED),
          Map.entry(PlatformCode.VOLUME_FIXED, ErrorCode.DISK_FORMAT_UNSUPPORTED),
          Map.entry(PlatformCode.PROFILE_MISSING, ErrorCode.NETWORK_PROFILE_MISSING),
          Map.entry(PlatformCode.TRACKING_UNSUPPORTED, ErrorCode.TRACKING_LOST),
          Map.entry(PlatformCode.TRACKING_INVALID, ErrorCode.TRACKING_LOST),
          Map.entry(PlatformCode.TRACKING_POINT_UNKNOWN, ErrorCode.TRACKING_LOST),
          Map.entry(PlatformCode.VALID_DATA_UNAVAILABLE, ErrorCode.VALID_DATA_UNAVAILABLE));

  private final CasEndpoint endpoint;

  CasErrors(CasEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** The reply itself, or its refusal as an exception. */
  CasReply required(CasReply reply, Object... subject) {
    if (reply.refused()) {
      throw refused(reply.errorCode(), reply.errorMessage(), asked(reply, subject));
    }
    if (reply.absent()) {
      throw refused(404, "", asked(reply, subject));
    }
    return reply;
  }

  private static Object[] asked(CasReply reply, Object... subject) {
    Object[] result = Arrays.copyOf(subject, subject.length + 2);
    result[subject.length] = "operation";
    result[subject.length + 1] = reply.call();
    return result;
  }

  /** The outcome itself, or its failure as an exception. */
  CasTasks.Outcome required(CasTasks.Outcome outcome, Object... subject) {
    if (!outcome.succeeded()) {
      if (!MEANINGS.containsKey(outcome.code())) {
        throw of(ErrorCode.PLATFORM_TASK_FAILED, words(outcome.code(), outcome.message()), subject);
      }
      throw refused(outcome.code(), outcome.message(), subject);
    }
    return outcome;
  }

  /** The exception a platform's number stands for; an unknown number is PLATFORM_ERROR. */
  BackupException refused(int code, String message, Object... subject) {
    ErrorCode meaning = MEANINGS.getOrDefault(code, ErrorCode.PLATFORM_ERROR);
    Map<String, String> parameters = BackupException.parameters(subject);
    parameters.put("number", String.valueOf(code));
    return of(meaning, words(code, message), parameters);
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
    parameters.put("address", endpoint.authority());
    parameters.put("cause", reason);
    parameters.putAll(subject);
    return BackupException.of(code, parameters, null);
  }

  private static String words(int code, String message) {
    String number = "(" + code + ")";
    if (message.isBlank()) {
      return code == 404 ? Reason.of(ReasonCode.NOT_THERE) : number;
    }
    return message.endsWith(number)
        ? Reason.words(message)
        : Reason.of(ReasonCode.PLATFORM_WORDS, "words", message, "number", code);
  }
}
