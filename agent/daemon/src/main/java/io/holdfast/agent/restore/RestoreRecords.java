package io.holdfast.agent.restore;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.transfer.SessionLocks;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session files of restores, in the agent's state folder. */
final class RestoreRecords {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreRecords.class);
  private static final String SUFFIX = ".properties";

  private final StateFolder state;
  private final SessionLocks vms = new SessionLocks();

  RestoreRecords(StateFolder state) {
    this.state = state;
  }

  /** What a session made, if it made anything. */
  Optional<RestoreRecord> load(String sessionId) {
    return state.read(file(sessionId)).map(bytes -> read(sessionId, bytes));
  }

  /** Waits until no other session of this process shuts the VM down or starts it. */
  SessionLocks.Held holdVm(String vmId) {
    return vms.hold(vmId);
  }

  /** The sessions that have a file, in no order; files that cannot be read are left out. */
  List<RestoreRecord> all() {
    List<RestoreRecord> result = new ArrayList<>();
    for (String name : state.list("restore")) {
      if (name.endsWith(SUFFIX)) {
        try {
          load(name.substring(0, name.length() - SUFFIX.length())).ifPresent(result::add);
        } catch (BackupException damaged) {
          LOG.warn("Session file {} is left out: {}", name, damaged.getMessage());
        }
      }
    }
    return result;
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
    return "restore/" + sessionId + SUFFIX;
  }
}
