package io.holdfast.agent.storage.link;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.holdfast.agent.protocol.DataSpanPage;
import io.holdfast.agent.protocol.DataSpansRequest;
import io.holdfast.agent.protocol.PointDiskOpened;
import io.holdfast.agent.protocol.PointDiskRequest;
import io.holdfast.agent.protocol.RangeRecordsHead;
import io.holdfast.agent.protocol.RecordsRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.StoredChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk of a restore point in a pool of another agent. Thread-safe. */
final class RemoteDisk implements DiskReader {
  private static final int LIST_MINUTES = 10;

  private final RemotePool pool;
  private final PointDiskRequest request;
  private final PointDiskOpened opened;
  private final RecordDecoding decoding;

  RemoteDisk(RemotePool pool, PointDiskRequest request, PointDiskOpened opened) {
    this.pool = pool;
    this.request = request;
    this.opened = opened;
    this.decoding =
        new RecordDecoding(
            request.getDiskKey(),
            opened.getSizeBytes(),
            pool.settings().chunkBytes(),
            pool.terms().keys(),
            String.valueOf(pool.calls().link().ends().get("agent")));
  }

  @Override
  public String diskKey() {
    return request.getDiskKey();
  }

  @Override
  public long sizeBytes() {
    return opened.getSizeBytes();
  }

  @Override
  public long dataBytes() {
    return opened.getDataBytes();
  }

  @Override
  public Iterable<ByteRange> dataSpans(long maxBytes) {
    return spans(maxBytes, false);
  }

  @Override
  public Iterable<ByteRange> dataSpansInPackOrder(long maxBytes) {
    return spans(maxBytes, true);
  }

  /** Takes 32 bytes of memory per span. */
  private List<ByteRange> spans(long maxBytes, boolean packOrder) {
    DataSpansRequest asked =
        DataSpansRequest.newBuilder()
            .setDisk(request)
            .setMaxBytes(maxBytes)
            .setPackOrder(packOrder)
            .build();
    return pool.calls().repeated(() -> listed(asked));
  }

  private List<ByteRange> listed(DataSpansRequest asked) {
    List<ByteRange> result = new ArrayList<>();
    Iterator<DataSpanPage> pages =
        ClientCalls.blockingServerStreamingCall(
            pool.calls().link().channel(),
            StorageGrpc.getListDataSpansMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(LIST_MINUTES, TimeUnit.MINUTES),
            asked);
    while (pages.hasNext()) {
      DataSpanPage page = pages.next();
      for (int i = 0; i + 1 < page.getSpansCount(); i += 2) {
        result.add(new ByteRange(page.getSpans(i), page.getSpans(i + 1)));
      }
    }
    return result;
  }

  @Override
  public long read(long offset, ByteBuffer into) {
    requireWithin(offset, into.remaining());
    long received = 0;
    long at = offset;
    while (into.hasRemaining()) {
      int length = Math.min(into.remaining(), StorageMethods.MAX_SPAN_BYTES);
      ByteRange range = new ByteRange(at, length);
      try (RecordMessage<RangeRecordsHead> message = records(range)) {
        received += message.recordBytes();
        decoding.decode(message, range, into.slice(into.position(), length));
      }
      into.position(into.position() + length);
      at += length;
    }
    return received;
  }

  private RecordMessage<RangeRecordsHead> records(ByteRange range) {
    return pool.calls()
        .ask(
            StorageMethods.READ,
            RecordsRequest.newBuilder()
                .setDisk(request)
                .setOffset(range.offset())
                .setLength(range.length())
                .build());
  }

  @Override
  public List<StoredChunk> readRecords(ByteRange range, ByteBuffer into) {
    try (RecordMessage<RangeRecordsHead> message = records(range)) {
      message.takeRecords(into);
      return chunks(message.head());
    }
  }

  /** The chunks that a message tells of. */
  static List<StoredChunk> chunks(RangeRecordsHead head) {
    List<StoredChunk> result = new ArrayList<>();
    ByteBuffer ids = head.getIds().asReadOnlyByteBuffer();
    for (int i = 0; i + 1 < head.getChunksCount(); i += 2) {
      ChunkId id = ChunkId.read(ids, i / 2 * ChunkId.BYTES);
      result.add(new StoredChunk(head.getChunks(i), id, Math.toIntExact(head.getChunks(i + 1))));
    }
    return result;
  }
}
