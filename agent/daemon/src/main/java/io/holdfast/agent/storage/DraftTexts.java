package io.holdfast.agent.storage;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.ExtentChunks;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.store.ExtentDraft;
import java.nio.ByteBuffer;

/** What is known of an extent's chunks, as the protocol tells it. */
public final class DraftTexts {
  private static final ExtentDraft.State[] STATES = {
    ExtentDraft.State.UNKNOWN,
    ExtentDraft.State.ZERO,
    ExtentDraft.State.BASE,
    ExtentDraft.State.IDENTIFIED,
    ExtentDraft.State.KNOWN,
    ExtentDraft.State.RECORD
  };

  private DraftTexts() {}

  /** States of all chunks and the ids of those that are identified or known. */
  public static ExtentChunks.Builder chunks(ExtentDraft draft) {
    byte[] states = new byte[draft.chunkCount()];
    ByteBuffer ids = ByteBuffer.allocate(states.length * ChunkId.BYTES);
    for (int i = 0; i < states.length; i++) {
      ExtentDraft.State state = draft.state(i);
      states[i] = (byte) number(state);
      if (state == ExtentDraft.State.IDENTIFIED || state == ExtentDraft.State.KNOWN) {
        draft.id(i).write(ids);
      }
    }
    return ExtentChunks.newBuilder()
        .setOrdinal(draft.ordinal())
        .setStates(ByteString.copyFrom(states))
        .setIds(ByteString.copyFrom(ids.flip()));
  }

  /** States alone. */
  public static ByteString states(ExtentDraft draft) {
    byte[] states = new byte[draft.chunkCount()];
    for (int i = 0; i < states.length; i++) {
      states[i] = (byte) number(draft.state(i));
    }
    return ByteString.copyFrom(states);
  }

  private static int number(ExtentDraft.State state) {
    return switch (state) {
      case UNKNOWN -> 0;
      case ZERO -> 1;
      case BASE -> 2;
      case IDENTIFIED -> 3;
      case KNOWN -> 4;
      case RECORD -> 5;
    };
  }

  /** The state of a chunk; UNKNOWN for what is no state. */
  public static ExtentDraft.State state(ByteString states, int chunk) {
    int number = states.byteAt(chunk);
    return number >= 0 && number < STATES.length ? STATES[number] : ExtentDraft.State.UNKNOWN;
  }
}
