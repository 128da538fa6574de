package io.holdfast.agent.server;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.BeginStorageSession;
import io.holdfast.agent.protocol.ExtentChunks;
import io.holdfast.agent.protocol.ExtentRecordsHead;
import io.holdfast.agent.protocol.ExtentStored;
import io.holdfast.agent.protocol.OpenPoolRequest;
import io.holdfast.agent.protocol.PlanItemPage;
import io.holdfast.agent.protocol.PlanItemsRequest;
import io.holdfast.agent.protocol.PlanPart;
import io.holdfast.agent.protocol.PlanStored;
import io.holdfast.agent.protocol.PointFound;
import io.holdfast.agent.protocol.PointRequest;
import io.holdfast.agent.protocol.PointSummary;
import io.holdfast.agent.protocol.PoolHandle;
import io.holdfast.agent.protocol.PoolOpened;
import io.holdfast.agent.protocol.ReceiptRequest;
import io.holdfast.agent.protocol.SealSessionRequest;
import io.holdfast.agent.protocol.SessionDiskRequest;
import io.holdfast.agent.protocol.SessionDocumentFound;
import io.holdfast.agent.protocol.SessionDocumentRequest;
import io.holdfast.agent.protocol.SessionRequest;
import io.holdfast.agent.protocol.SessionStreamRequest;
import io.holdfast.agent.protocol.StorageDone;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.StorageSession;
import io.holdfast.agent.protocol.StreamOpened;
import io.holdfast.agent.protocol.StreamSynced;
import io.holdfast.agent.storage.PointTexts;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.agent.storage.host.PlanParts;
import io.holdfast.agent.storage.host.StorageHandle;
import io.holdfast.agent.storage.host.StorageHandles;
import io.holdfast.agent.storage.host.StoredStream;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.ExtentDraft;
import io.holdfast.pool.store.SealSpec;
import io.holdfast.pool.store.StreamWriter;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Pools of this agent for backup hosts: sessions that write. Reading is {@link StoredPoints}. */
final class StorageService extends StorageGrpc.StorageImplBase {
  private static final int MAX_PAGE = 4096;
  private static final int DRAFTS = 4;

  private final StorageHandles handles;
  private final Calls calls;
  private final StoredPoints points;
  private final BlockingQueue<ExtentDraft> drafts = new ArrayBlockingQueue<>(DRAFTS);

  StorageService(StorageHandles handles, Calls calls) {
    this.handles = handles;
    this.calls = calls;
    this.points = new StoredPoints(handles, calls);
    for (int i = 0; i < DRAFTS; i++) {
      drafts.add(new ExtentDraft());
    }
  }

  /** What is registered: the generated service, its two methods that carry bytes replaced. */
  BindableService bindable() {
    return () -> {
      ServerServiceDefinition generated = bindService();
      ServerServiceDefinition.Builder result =
          ServerServiceDefinition.builder(generated.getServiceDescriptor().getName());
      for (ServerMethodDefinition<?, ?> method : generated.getMethods()) {
        String name = method.getMethodDescriptor().getFullMethodName();
        if (!name.equals(StorageMethods.APPEND.getFullMethodName())
            && !name.equals(StorageMethods.READ.getFullMethodName())) {
          result.addMethod(method);
        }
      }
      return result
          .addMethod(StorageMethods.APPEND, ServerCalls.asyncUnaryCall(this::append))
          .addMethod(StorageMethods.READ, ServerCalls.asyncUnaryCall(points::read))
          .build();
    };
  }

  private static String peer() {
    return PeerRoles.PEER.get();
  }

  @Override
  public void openPool(OpenPoolRequest request, StreamObserver<PoolOpened> observer) {
    String peer = peer();
    calls.answer(observer, () -> handles.open(peer, request));
  }

  @Override
  public void keepPool(PoolHandle request, StreamObserver<StorageDone> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          handles.of(peer, request.getHandle());
          return StorageDone.getDefaultInstance();
        });
  }

  @Override
  public void closePool(PoolHandle request, StreamObserver<StorageDone> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          handles.close(peer, request.getHandle());
          return StorageDone.getDefaultInstance();
        });
  }

  @Override
  public void findPoint(PointRequest request, StreamObserver<PointFound> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          StorageHandle handle = handles.of(peer, request.getHandle());
          PointFound.Builder found =
              PointFound.newBuilder().setFound(handle.holds(request.getRestorePointId()));
          handle
              .manifest(request.getRestorePointId())
              .map(PointTexts::of)
              .ifPresent(found::setSummary);
          return found.build();
        });
  }

  @Override
  public void beginSession(BeginStorageSession request, StreamObserver<StorageSession> observer) {
    String peer = peer();
    SessionRequest session = request.getSession();
    calls.answer(
        observer,
        () ->
            told(
                Optional.of(
                    handles
                        .of(peer, session.getHandle())
                        .begin(session.getSessionId(), request.getSpecification()))));
  }

  private static StorageSession told(Optional<BackupSession> session) {
    StorageSession.Builder result = StorageSession.newBuilder().setFound(session.isPresent());
    session.map(BackupSession::spec).map(SessionTexts::of).ifPresent(result::setSpecification);
    return result.build();
  }

  @Override
  public void reopenSession(SessionRequest request, StreamObserver<StorageSession> observer) {
    String peer = peer();
    calls.answer(
        observer, () -> told(handles.of(peer, request.getHandle()).reopen(request.getSessionId())));
  }

  @Override
  public void abandonSession(SessionRequest request, StreamObserver<StorageDone> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          handles.of(peer, request.getHandle()).abandon(request.getSessionId());
          return StorageDone.getDefaultInstance();
        });
  }

  private BackupSession session(String peer, SessionRequest request) {
    return handles.of(peer, request.getHandle()).session(request.getSessionId());
  }

  private StoredStream stream(String peer, SessionStreamRequest request) {
    return handles.of(peer, request.getSession().getHandle()).stream(
        request.getSession().getSessionId(), request.getDiskKey(), request.getStream());
  }

  @Override
  public void storeDocument(SessionDocumentRequest request, StreamObserver<StorageDone> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          session(peer, request.getSession()).storeDocument(request.getName(), request.getBody());
          return StorageDone.getDefaultInstance();
        });
  }

  @Override
  public void readDocument(
      SessionDocumentRequest request, StreamObserver<SessionDocumentFound> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          Optional<ByteString> body =
              session(peer, request.getSession()).document(request.getName());
          return SessionDocumentFound.newBuilder()
              .setFound(body.isPresent())
              .setBody(body.orElse(ByteString.EMPTY))
              .build();
        });
  }

  @Override
  public StreamObserver<PlanPart> storePlan(StreamObserver<PlanStored> observer) {
    String peer = peer();
    PlanParts parts = new PlanParts(observer);
    calls.answer(
        observer,
        () -> {
          SessionDiskRequest disk = parts.disk();
          List<StreamPlanSummary> stored =
              session(peer, disk.getSession())
                  .storePlan(disk.getDiskKey(), parts.gap(), parts.streams());
          return SessionTexts.of(stored);
        });
    return parts;
  }

  @Override
  public void findPlan(SessionDiskRequest request, StreamObserver<PlanStored> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () ->
            session(peer, request.getSession())
                .plan(request.getDiskKey())
                .map(SessionTexts::of)
                .orElse(PlanStored.getDefaultInstance()));
  }

  @Override
  public void readPlanItems(PlanItemsRequest request, StreamObserver<PlanItemPage> observer) {
    String peer = peer();
    SessionStreamRequest stream = request.getStream();
    calls.answer(
        observer,
        () -> {
          PlanItemPage.Builder page = PlanItemPage.newBuilder();
          session(peer, stream.getSession())
              .planItems(
                  stream.getDiskKey(),
                  stream.getStream(),
                  request.getFromOrdinal(),
                  Math.max(1, Math.min(MAX_PAGE, request.getLimit())))
              .forEach(item -> page.addItems(SessionTexts.of(item)));
          return page.build();
        });
  }

  @Override
  public void openStream(SessionStreamRequest request, StreamObserver<StreamOpened> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> {
          StreamWriter writer = stream(peer, request).writer();
          long extents =
              session(peer, request.getSession())
                  .plan(request.getDiskKey())
                  .orElseThrow()
                  .get(request.getStream())
                  .extentCount();
          BitSet covered = new BitSet();
          for (int i = 0; i < extents; i++) {
            covered.set(i, writer.covers(i));
          }
          return StreamOpened.newBuilder()
              .setGapIsBase(writer.gap() == Gap.BASE)
              .setCovered(ByteString.copyFrom(covered.toByteArray()))
              .build();
        });
  }

  @Override
  public void resolveChunks(ExtentChunks request, StreamObserver<ExtentChunks> observer) {
    String peer = peer();
    calls.answer(observer, () -> stream(peer, request.getStream()).resolve(request));
  }

  private void append(
      RecordMessage<ExtentRecordsHead> request, StreamObserver<ExtentStored> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () -> append(stream(peer, request.head().getChunks().getStream()), request),
        request::close);
  }

  private ExtentStored append(StoredStream stream, RecordMessage<ExtentRecordsHead> request) {
    // Before a draft is taken: drafts are shared by all pools, and measuring one takes its time.
    stream.requireRoom(request);
    ExtentDraft draft = Calls.taken(drafts);
    try {
      return SessionTexts.of(stream.append(request, draft));
    } finally {
      drafts.add(draft);
    }
  }

  @Override
  public void readReceipt(ReceiptRequest request, StreamObserver<ExtentStored> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () ->
            SessionTexts.of(
                stream(peer, request.getStream()).writer().receipt(request.getOrdinal())));
  }

  @Override
  public void syncStored(SessionStreamRequest request, StreamObserver<StreamSynced> observer) {
    String peer = peer();
    calls.answer(
        observer,
        () ->
            StreamSynced.newBuilder()
                .setNextOrdinal(stream(peer, request).writer().sync())
                .build());
  }

  @Override
  public void sealSession(SealSessionRequest request, StreamObserver<PointSummary> observer) {
    String peer = peer();
    SessionRequest session = request.getSession();
    calls.answer(
        observer,
        () -> {
          // Sealed before, and the answer was lost on the way: the same answer again.
          Optional<PointSummary> sealed =
              handles
                  .of(peer, session.getHandle())
                  .manifest(session.getSessionId())
                  .map(PointTexts::of);
          return sealed.orElseGet(
              () -> PointTexts.of(session(peer, session).seal(specification(request))));
        });
  }

  private static SealSpec specification(SealSessionRequest request) {
    return new SealSpec(
        Instant.ofEpochMilli(request.getCreatedEpochMillis()),
        request.getLabelsMap(),
        request.getDocument(),
        request.getDiskDocumentsMap());
  }

  @Override
  public void openPointDisk(
      io.holdfast.agent.protocol.PointDiskRequest request,
      StreamObserver<io.holdfast.agent.protocol.PointDiskOpened> observer) {
    points.open(request, observer);
  }

  @Override
  public void listDataSpans(
      io.holdfast.agent.protocol.DataSpansRequest request,
      StreamObserver<io.holdfast.agent.protocol.DataSpanPage> observer) {
    points.spans(request, observer);
  }
}
