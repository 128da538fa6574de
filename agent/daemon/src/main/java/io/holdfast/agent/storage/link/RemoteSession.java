package io.holdfast.agent.storage.link;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.PlanItemsRequest;
import io.holdfast.agent.protocol.PlanStored;
import io.holdfast.agent.protocol.SealSessionRequest;
import io.holdfast.agent.protocol.SessionDiskRequest;
import io.holdfast.agent.protocol.SessionDocumentFound;
import io.holdfast.agent.protocol.SessionDocumentRequest;
import io.holdfast.agent.protocol.SessionStreamRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.storage.PointTexts;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.SealSpec;
import io.holdfast.pool.store.SessionSpec;
import io.holdfast.pool.store.StreamWriter;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session in a pool of another agent. Thread-safe. */
final class RemoteSession implements BackupSession {
  private static final Duration SEAL_LIMIT = Duration.ofMinutes(30);

  private final RemotePool pool;
  private final LinkCalls calls;
  private final SessionSpec spec;
  private final Map<String, RemoteStream> streams = new HashMap<>();

  RemoteSession(RemotePool pool, SessionSpec spec) {
    this.pool = pool;
    this.calls = pool.calls();
    this.spec = spec;
  }

  @Override
  public SessionSpec spec() {
    return spec;
  }

  private SessionDocumentRequest.Builder document() {
    return SessionDocumentRequest.newBuilder().setSession(pool.request(spec.sessionId()));
  }

  private SessionDiskRequest disk(String diskKey) {
    return SessionDiskRequest.newBuilder()
        .setSession(pool.request(spec.sessionId()))
        .setDiskKey(diskKey)
        .build();
  }

  private SessionStreamRequest request(String diskKey, int stream) {
    return SessionStreamRequest.newBuilder()
        .setSession(pool.request(spec.sessionId()))
        .setDiskKey(diskKey)
        .setStream(stream)
        .build();
  }

  @Override
  public void storeDocument(String name, ByteString body) {
    calls.ask(StorageGrpc.getStoreDocumentMethod(), document().setName(name).setBody(body).build());
  }

  @Override
  public Optional<ByteString> document(String name) {
    SessionDocumentFound found =
        calls.ask(StorageGrpc.getReadDocumentMethod(), document().setName(name).build());
    return found.getFound() ? Optional.of(found.getBody()) : Optional.empty();
  }

  /** A plan is sent once: if the connection is lost meanwhile, the session is begun again. */
  @Override
  public List<StreamPlanSummary> storePlan(
      String diskKey, Gap gap, List<? extends Iterable<PlanItem>> itemStreams) {
    return SessionTexts.plan(new PlanSending(calls, disk(diskKey), gap).send(itemStreams));
  }

  @Override
  public Optional<List<StreamPlanSummary>> plan(String diskKey) {
    PlanStored found = calls.ask(StorageGrpc.getFindPlanMethod(), disk(diskKey));
    return found.getFound() ? Optional.of(SessionTexts.plan(found)) : Optional.empty();
  }

  @Override
  public List<PlanItem> planItems(String diskKey, int stream, long fromOrdinal, int limit) {
    return calls
        .ask(
            StorageGrpc.getReadPlanItemsMethod(),
            PlanItemsRequest.newBuilder()
                .setStream(request(diskKey, stream))
                .setFromOrdinal(fromOrdinal)
                .setLimit(limit)
                .build())
        .getItemsList()
        .stream()
        .map(SessionTexts::item)
        .toList();
  }

  @Override
  public synchronized StreamWriter stream(String diskKey, int stream) {
    return streams.computeIfAbsent(
        stream + " " + diskKey, key -> new RemoteStream(this, request(diskKey, stream)));
  }

  RemotePool pool() {
    return pool;
  }

  /** None: what a stream's extents refer to is asked extent by extent. */
  @Override
  public BitSet known(List<ChunkId> chunks) {
    return new BitSet();
  }

  @Override
  public ChunkStage newStage() {
    return new ChunkStage(spec.compression(), pool.settings().chunkBytes(), pool.terms().keys());
  }

  @Override
  public ManifestSummary seal(SealSpec seal) {
    SealSessionRequest request =
        SealSessionRequest.newBuilder()
            .setSession(pool.request(spec.sessionId()))
            .setCreatedEpochMillis(seal.createdAt().toEpochMilli())
            .putAllLabels(seal.labels())
            .setDocument(seal.document())
            .putAllDiskDocuments(seal.diskDocuments())
            .build();
    return PointTexts.manifest(
        Joined.result(calls.askLater(StorageGrpc.getSealSessionMethod(), request, SEAL_LIMIT)));
  }

  @Override
  public void abandon() {
    pool.abandonSession(spec.sessionId());
  }

  /** Nothing is held here; the storage agent's end closes with the pool's handle. */
  @Override
  public synchronized void close() {
    streams.clear();
  }
}
