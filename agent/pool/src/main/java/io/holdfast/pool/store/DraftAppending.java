package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.journal.ChunkState;
import io.holdfast.pool.journal.ExtentRecord.JournaledChunk;
import io.holdfast.pool.pack.PackPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a draft's records into the open pack, those that lie behind each other in one write, and
 * says what the journal has to say. In a dedup pool a chunk that the pack got meanwhile is referred
 * to. Used once, under the stream's lock.
 */
final class DraftAppending {
  private final ExtentDraft draft;
  private final StreamPacks packs;
  private final Map<ChunkId, PackPlace> openPack;
  private final boolean dedup;
  private final Map<ChunkId, PackPlace> written = new HashMap<>();
  private final List<JournaledChunk> chunks;

  DraftAppending(
      ExtentDraft draft, StreamPacks packs, Map<ChunkId, PackPlace> openPack, boolean dedup) {
    this.draft = draft;
    this.packs = packs;
    this.openPack = openPack;
    this.dedup = dedup;
    this.chunks = new ArrayList<>(draft.chunkCount());
  }

  /** Writes; the journal's chunks are the result. */
  List<JournaledChunk> run() {
    int i = 0;
    while (i < draft.chunkCount()) {
      if (draft.state(i) == ExtentDraft.State.RECORD && !isWritten(i)) {
        int last = endOfRun(i);
        writeRun(i, last);
        i = last + 1;
      } else {
        chunks.add(journaled(i));
        i++;
      }
    }
    return chunks;
  }

  /** Chunks that this extent has put into the pack. */
  Map<ChunkId, PackPlace> written() {
    return written;
  }

  private boolean isWritten(int chunk) {
    return dedup && (written.containsKey(draft.id(chunk)) || openPack.containsKey(draft.id(chunk)));
  }

  /** The last chunk of those that can go out in one write with this one. */
  private int endOfRun(int first) {
    int last = first;
    while (last + 1 < draft.chunkCount()
        && draft.state(last + 1) == ExtentDraft.State.RECORD
        && draft.adjoin(last, last + 1)
        && !repeats(first, last + 1)) {
      last++;
    }
    return last;
  }

  private boolean repeats(int first, int chunk) {
    if (!dedup) {
      return false;
    }
    for (int i = first; i < chunk; i++) {
      if (draft.id(i).equals(draft.id(chunk))) {
        return true;
      }
    }
    return isWritten(chunk);
  }

  private void writeRun(int first, int last) {
    long offset = packs.append(draft.records(first, last));
    for (int i = first; i <= last; i++) {
      int storedLength = draft.recordBytes(i) - ChunkRecord.HEADER_BYTES;
      chunks.add(JournaledChunk.stored(offset, storedLength, draft.id(i)));
      if (dedup) {
        written.put(draft.id(i), new PackPlace(packs.packId(), offset, storedLength));
      }
      offset += draft.recordBytes(i);
    }
  }

  private JournaledChunk journaled(int chunk) {
    ChunkId id = draft.id(chunk);
    return switch (draft.state(chunk)) {
      case ZERO -> JournaledChunk.of(ChunkState.ZERO);
      case BASE -> JournaledChunk.of(ChunkState.BASE);
      case KNOWN -> JournaledChunk.known(draft.place(chunk), id);
      case RECORD -> JournaledChunk.known(written.getOrDefault(id, openPack.get(id)), id);
      case UNKNOWN, IDENTIFIED ->
          throw new IllegalArgumentException(
              "chunk %d of extent %d is %s".formatted(chunk, draft.ordinal(), draft.state(chunk)));
    };
  }
}
