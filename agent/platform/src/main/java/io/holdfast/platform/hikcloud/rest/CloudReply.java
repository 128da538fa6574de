package io.holdfast.platform.hikcloud.rest;

import com.fasterxml.jackson.databind.JsonNode;

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

  /** The platform's words with its code and the request's id, for messages. */
  public String words() {
    return words(message, code, requestId);
  }

  static String words(String message, String code, String requestId) {
    String number = requestId.isEmpty() ? code : code + ", request " + requestId;
    return (message + " (" + number + ")").strip();
  }
}
