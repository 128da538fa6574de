package io.holdfast.platform.hikcloud.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;

/**
 * A reply that was understood.
 *
 * @param call method and path it answers
 * @param status HTTP status
 * @param data what came; missing for none
 * @param code the platform's code; {@link CloudCode#OK} when it did not refuse
 * @param message the platform's words; empty when it did not refuse
 * @param requestId by which the platform's own logs know the request; empty when it tells none
 */
public record CloudReply(
    String call, int status, JsonNode data, String code, String message, String requestId) {
  /** Whether the platform refused. */
  public boolean refused() {
    return !code.equals(CloudCode.OK);
  }

  /** Whether what was asked for is not there. */
  public boolean absent() {
    return status == 404 || code.equals(CloudCode.MISSING);
  }

  /** A reason: the platform's words with its code and the request's id. */
  public String words() {
    return words(message, code, requestId);
  }

  static String words(String message, String code, String requestId) {
    if (code.isEmpty()) {
      return message.isBlank() ? Reason.of(ReasonCode.NO_WORDS) : Reason.words(message);
    }
    String number =
        requestId.isEmpty()
            ? code
            : Reason.of(ReasonCode.NUMBER_OF_REQUEST, "number", code, "request", requestId);
    return message.isBlank()
        ? Reason.of(ReasonCode.PLATFORM_NUMBER, "number", number)
        : Reason.of(ReasonCode.PLATFORM_WORDS, "words", message, "number", number);
  }
}
