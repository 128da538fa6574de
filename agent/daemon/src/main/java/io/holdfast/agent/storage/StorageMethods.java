package io.holdfast.agent.storage;

import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.holdfast.agent.protocol.ExtentRecordsHead;
import io.holdfast.agent.protocol.ExtentStored;
import io.holdfast.agent.protocol.RangeRecordsHead;
import io.holdfast.agent.protocol.RecordsRequest;
import io.holdfast.agent.protocol.StorageGrpc;

/** The two methods of the protocol that carry bytes, with a marshaller that does not copy them. */
public final class StorageMethods {
  /**
   * The largest message: an extent of 16 MiB that touches two chunks of 8 MiB more, with headers.
   */
  public static final int MAX_MESSAGE_BYTES = 34 << 20;

  /** The longest range of a disk that travels in one message. */
  public static final int MAX_SPAN_BYTES = 16 << 20;

  /** What a connection lets come in before it is read. */
  public static final int FLOW_WINDOW_BYTES = 16 << 20;

  /** Chunks into a pool. */
  public static final MethodDescriptor<RecordMessage<ExtentRecordsHead>, ExtentStored> APPEND =
      StorageGrpc.getAppendExtentMethod().toBuilder(
              new RecordMarshaller<>(ExtentRecordsHead.parser()),
              ProtoUtils.marshaller(ExtentStored.getDefaultInstance()))
          .build();

  /** Chunks out of a pool. */
  public static final MethodDescriptor<RecordsRequest, RecordMessage<RangeRecordsHead>> READ =
      StorageGrpc.getReadRecordsMethod().toBuilder(
              ProtoUtils.marshaller(RecordsRequest.getDefaultInstance()),
              new RecordMarshaller<>(RangeRecordsHead.parser()))
          .build();

  private StorageMethods() {}
}
