package io.holdfast.agent.restore;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.util.Optional;

/** The session files of restores, in the agent's state folder. */
final class RestoreRecords {
  private final StateFolder state;

  RestoreRecords(StateFolder state) {
    this.state = state;
  }

  /** What a session made, if it made anything. */
  Optional<RestoreRecord> load(String sessionId) {
    return state.read(file(sessionId)).map(bytes -> read(sessionId, bytes));
  }

  private static RestoreRecord read(String sessionId, byte[] bytes) {
    try {
      return RestoreRecord.ofBytes(bytes);
    } catch (IOException | IllegalArgumentException damaged) {
      throw BackupException.causedBy(
          damaged,
          ErrorCode.FORMAT_CORRUPT,
          "file",
          file(sessionId),
          "offset",
          "0",
          "cause",
          damaged.getMessage());
    }
  }

  /** Durable when this returns. */
  RestoreRecord store(RestoreRecord record) {
    state.write(file(record.request().getSessionId()), record.toBytes());
    return record;
  }

  void delete(String sessionId) {
    state.delete(file(sessionId));
  }

  private static String file(String sessionId) {
    return "restore/" + sessionId + ".properties";
  }
}
