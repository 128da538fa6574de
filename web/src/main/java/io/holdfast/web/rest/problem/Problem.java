package io.holdfast.web.rest.problem;

import java.util.Map;

/**
 * A problem document (RFC 9457).
 *
 * @param type {@code urn:holdfast:error:<NAME>}
 * @param title the error's name
 * @param status HTTP status
 * @param detail the sentence, in the language of the request
 * @param code stable number
 * @param parameters what the sentence names
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    int code,
    Map<String, String> parameters) {
  public static final String MEDIA_TYPE = "application/problem+json";
}
