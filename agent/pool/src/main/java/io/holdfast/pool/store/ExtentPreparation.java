package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.pack.PackPlace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be done of an extent before the stream's turn: zeros, ids, lookups, records.
 * Thread-safe; waits for nobody.
 */
final class ExtentPreparation {
  private final StreamInputs inputs;
  private final Map<ChunkId, PackPlace> openPack;

  /**
   * @param openPack chunks of the stream's open pack
   */
  ExtentPreparation(StreamInputs inputs, Map<ChunkId, PackPlace> openPack) {
    this.inputs = inputs;
    this.openPack = openPack;
  }

  /** Zero chunks and those that are as in the base without a look; ids of all others. */
  static void identify(SpanChunks chunks, ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    for (int i = 0; i < chunks.count(); i++) {
      switch (chunks.kind(i)) {
        case UNCHANGED -> draft.base(i);
        case ZERO -> draft.zero(i);
        case CONTENT -> {
          ByteBuffer plain = plain(chunks, i, span);
          if (ZeroScan.isZero(plain)) {
            draft.zero(i);
          } else {
            draft.identified(i, stage.identify(plain));
          }
        }
      }
    }
  }

  /** Finds what need not be stored among the identified chunks. */
  void resolve(SpanChunks chunks, ExtentDraft draft) {
    List<Integer> unknown = new ArrayList<>();
    List<ChunkId> ids = new ArrayList<>();
    for (int i = 0; i < draft.chunkCount(); i++) {
      if (draft.state(i) == ExtentDraft.State.IDENTIFIED && !resolveNear(chunks, draft, i)) {
        unknown.add(i);
        ids.add(draft.id(i));
      }
    }
    if (inputs.dedup() && !ids.isEmpty()) {
      List<Optional<PackPlace>> found = inputs.finder().find(ids);
      for (int i = 0; i < found.size(); i++) {
        if (found.get(i).isPresent()) {
          draft.known(unknown.get(i), found.get(i).get());
        }
      }
    }
  }

  private boolean resolveNear(SpanChunks chunks, ExtentDraft draft, int index) {
    ChunkId id = draft.id(index);
    Optional<ChunkLocation> before = inputs.baseLocation(chunks.number(index));
    if (before.isPresent() && before.get().id().equals(id)) {
      draft.base(index);
      return true;
    }
    if (!inputs.dedup()) {
      return false;
    }
    PackPlace written = openPack.get(id);
    if (written != null) {
      draft.known(index, written);
      return true;
    }
    Optional<PackPlace> hint =
        inputs
            .previousLocation(chunks.number(index))
            .filter(location -> location.id().equals(id))
            .map(ChunkLocation::place)
            .filter(place -> inputs.finder().confirms(id, place));
    hint.ifPresent(place -> draft.known(index, place));
    return hint.isPresent();
  }

  /** Makes the records of all chunks that are still only identified. */
  static void encode(SpanChunks chunks, ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    draft.reserveExtent(chunks.item().span().length(), stage.roomBytes());
    for (int i = 0; i < draft.chunkCount(); i++) {
      if (draft.state(i) == ExtentDraft.State.IDENTIFIED) {
        draft.encode(i, plain(chunks, i, span), stage);
      }
    }
  }

  private static ByteBuffer plain(SpanChunks chunks, int index, ByteBuffer span) {
    int from = span.position() + chunks.start(index);
    return span.duplicate().limit(from + chunks.length(index)).position(from);
  }
}
