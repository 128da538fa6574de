package io.holdfast.server.agent;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/**
 * Id of an agent, made by the agent at its first start and written in its certificate.
 *
 * @param value a UUID in its usual, lower-case form
 */
public record AgentId(String value) {
  /** Normalises; INVALID_VALUE when it is no UUID. */
  public AgentId {
    try {
      value = UUID.fromString(value).toString();
    } catch (IllegalArgumentException e) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "agentId", "value", value, "expected", "UUID");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
