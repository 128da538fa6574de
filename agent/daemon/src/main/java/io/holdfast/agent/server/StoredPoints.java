package io.holdfast.agent.server;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.DataSpanPage;
import io.holdfast.agent.protocol.DataSpansRequest;
import io.holdfast.agent.protocol.PointDiskOpened;
import io.holdfast.agent.protocol.PointDiskRequest;
import io.holdfast.agent.protocol.RangeRecordsHead;
import io.holdfast.agent.protocol.RecordsRequest;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.agent.storage.host.StorageHandles;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.StoredChunk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Restore points of this agent's pools for backup hosts. Records leave as they are stored. */
final class StoredPoints {
  private static final int BUFFERS = 4;
  private static final int SPANS_PER_PAGE = 4096;

  private final StorageHandles handles;
  private final Calls calls;
  private final BlockingQueue<Room> rooms = new ArrayBlockingQueue<>(BUFFERS);

  /** A buffer that grows to what is asked for. */
  private static final class Room {
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

    ByteBuffer of(int length) {
      if (bytes.capacity() < length) {
        bytes = ByteBuffer.allocateDirect(length);
      }
      return bytes.clear().limit(length);
    }
  }

  StoredPoints(StorageHandles handles, Calls calls) {
    this.handles = handles;
    this.calls = calls;
    for (int i = 0; i < BUFFERS; i++) {
      rooms.add(new Room());
    }
  }

  private DiskReader disk(String peer, PointDiskRequest request) {
    return handles
        .of(peer, request.getHandle())
        .disk(request.getRestorePointId(), request.getDiskKey());
  }

  void open(PointDiskRequest request, StreamObserver<PointDiskOpened> observer) {
    String peer = PeerRoles.PEER.get();
    calls.answer(
        observer,
        () -> {
          DiskReader disk = disk(peer, request);
          return PointDiskOpened.newBuilder()
              .setSizeBytes(disk.sizeBytes())
              .setDataBytes(disk.dataBytes())
              .build();
        });
  }

  void spans(DataSpansRequest request, StreamObserver<DataSpanPage> observer) {
    String peer = PeerRoles.PEER.get();
    calls.pages(
        observer,
        out -> {
          DiskReader disk = disk(peer, request.getDisk());
          Iterable<ByteRange> spans =
              request.getPackOrder()
                  ? disk.dataSpansInPackOrder(request.getMaxBytes())
                  : disk.dataSpans(request.getMaxBytes());
          DataSpanPage.Builder page = DataSpanPage.newBuilder();
          for (ByteRange span : spans) {
            page.addSpans(span.offset()).addSpans(span.length());
            if (page.getSpansCount() >= 2 * SPANS_PER_PAGE) {
              out.accept(page.build());
              page.clear();
            }
          }
          out.accept(page.build());
        });
  }

  void read(RecordsRequest request, StreamObserver<RecordMessage<RangeRecordsHead>> observer) {
    String peer = PeerRoles.PEER.get();
    // The room is the transport's until the answer has been given out.
    calls.stream(
        observer,
        out -> {
          DiskReader disk = disk(peer, request.getDisk());
          int chunkBytes = handles.of(peer, request.getDisk().getHandle()).chunkBytes();
          Room room = Calls.taken(rooms);
          try {
            out.accept(records(disk, request, room, chunkBytes));
          } finally {
            rooms.add(room);
          }
        });
  }

  private static RecordMessage<RangeRecordsHead> records(
      DiskReader disk, RecordsRequest request, Room room, int chunkBytes) {
    ByteRange range = new ByteRange(request.getOffset(), request.getLength());
    ByteBuffer into = room.of(roomFor(range, chunkBytes));
    List<StoredChunk> chunks = disk.readRecords(range, into);
    ByteBuffer ids = ByteBuffer.allocate(chunks.size() * ChunkId.BYTES);
    RangeRecordsHead.Builder head = RangeRecordsHead.newBuilder();
    for (StoredChunk chunk : chunks) {
      head.addChunks(chunk.number()).addChunks(chunk.recordBytes());
      chunk.id().write(ids);
    }
    head.setIds(ByteString.copyFrom(ids.flip()));
    return RecordMessage.outgoing(head.build(), into.flip());
  }

  /** Room for the records of all chunks that a range touches. */
  private static int roomFor(ByteRange range, int chunkBytes) {
    if (range.length() < 0 || range.length() > StorageMethods.MAX_SPAN_BYTES) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "length",
          "value",
          range.length(),
          "min",
          0,
          "max",
          StorageMethods.MAX_SPAN_BYTES);
    }
    long chunks = (range.end() + chunkBytes - 1) / chunkBytes - range.offset() / chunkBytes;
    return Math.toIntExact(chunks * (chunkBytes + ChunkRecord.HEADER_BYTES));
  }
}
