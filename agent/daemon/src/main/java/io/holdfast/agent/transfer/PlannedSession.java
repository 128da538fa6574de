package io.holdfast.agent.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.pool.store.BackupSession;

/**
 * A pool session with its plan and what the agent must know of it after a restart. The document
 * {@value #BEGUN} is stored last: where it is, the plan is complete.
 *
 * @param session in the pool
 * @param begun the answer to BeginBackup
 * @param draft what will be sealed, without sizes
 */
record PlannedSession(BackupSession session, BackupBegun begun, RestorePointSummary draft) {
  static final String BEGUN = "begun";
  private static final String DRAFT = "draft";

  /** Makes both documents durable. */
  void store() {
    session.storeDocument(DRAFT, draft.toByteString());
    session.storeDocument(BEGUN, begun.toByteString());
  }

  /** What was stored. */
  static PlannedSession load(BackupSession session) {
    try {
      ByteString begun = session.document(BEGUN).orElse(ByteString.EMPTY);
      ByteString draft = session.document(DRAFT).orElse(ByteString.EMPTY);
      return new PlannedSession(
          session, BackupBegun.parseFrom(begun), RestorePointSummary.parseFrom(draft));
    } catch (InvalidProtocolBufferException unreadable) {
      throw BackupOpening.corrupt(session.spec().sessionId(), unreadable);
    }
  }

  PlannedSession with(BackupBegun answer) {
    return new PlannedSession(session, answer, draft);
  }

  /** Whether anything of the disk has to be brought into the pool. */
  boolean hasStreams(String diskKey) {
    return begun.getStreamsList().stream().anyMatch(stream -> stream.getDiskKey().equals(diskKey));
  }
}
