package io.holdfast.agent.storage;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ExtentChunks;
import io.holdfast.agent.protocol.ExtentRecordsHead;
import io.holdfast.agent.protocol.ExtentStored;
import io.holdfast.agent.protocol.OpenPoolRequest;
import io.holdfast.agent.protocol.PointDiskRequest;
import io.holdfast.agent.protocol.PointRequest;
import io.holdfast.agent.protocol.PoolHandle;
import io.holdfast.agent.protocol.PoolKind;
import io.holdfast.agent.protocol.PoolOpened;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SessionRequest;
import io.holdfast.agent.protocol.SessionStreamRequest;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.agent.testing.TwoAgents;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whom a storage agent serves, and what it takes from them. */
@Tag("AGT-05")
@Tag("OPT-02")
class StorageAccessTest {
  private static final int MIB = 1 << 20;

  private final Seed seed = Seed.ofRun();
  private TestVm vm;
  private TwoAgents agents;
  private ManagedChannel channel;

  @BeforeEach
  void start(@TempDir Path folder) {
    TestPlatform platform = new TestPlatform(folder);
    vm = platform.addVm("vm");
    agents = new TwoAgents(folder, platform, new CountingTransport(), PoolKind.POOL_KIND_DEDUP);
    vm.addDisk(folder, "vda", DiskPattern.full(2 * MIB, seed));
    channel = as(TwoAgents.HOST);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    agents.close();
  }

  private ManagedChannel as(String agent) {
    return TestAgent.dial(agents.store().port(), agents.authority().identity(agent, "agent"));
  }

  private StorageGrpc.StorageBlockingStub storage() {
    return StorageGrpc.newBlockingStub(channel);
  }

  private static OpenPoolRequest open(ByteString signed) {
    try {
      return OpenPoolRequest.newBuilder().setGrant(SignedGrant.parseFrom(signed)).build();
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private OpenPoolRequest open(StorageGrant grant) {
    return open(agents.authority().sign(grant));
  }

  private ErrorCode refusal(OpenPoolRequest request) {
    return errorOf(() -> storage().openPool(request)).code();
  }

  @Test
  void onlyAGrantThatTheServerSignedForThisAgentAndThisPeerIsServed() {
    StorageGrant grant = agents.grant(UUID.randomUUID().toString(), List.of());
    ByteString forged = new TestAuthority().sign(grant);
    SignedGrant signed = open(grant).getGrant();
    SignedGrant altered =
        signed.toBuilder()
            .setGrant(grant.toBuilder().setFolder("/").build().toByteString())
            .build();

    assertEquals(ErrorCode.STORAGE_REFUSED, refusal(open(forged)));
    assertEquals(
        ErrorCode.STORAGE_REFUSED, refusal(OpenPoolRequest.newBuilder().setGrant(altered).build()));
    assertEquals(ErrorCode.STORAGE_REFUSED, refusal(OpenPoolRequest.getDefaultInstance()));
    assertEquals(
        ErrorCode.STORAGE_REFUSED,
        refusal(open(grant.toBuilder().setPeerAgentId("host-2").build())));
    assertEquals(
        ErrorCode.STORAGE_REFUSED,
        refusal(open(grant.toBuilder().setStorageAgentId("store-2").build())));
    assertEquals(
        ErrorCode.STORAGE_REFUSED,
        refusal(open(grant.toBuilder().setExpiresEpochMillis(1).build())));
    assertFalse(storage().openPool(open(grant)).getHandle().isEmpty());
  }

  @Test
  void aHandleIsOfNoUseToAnotherAgent() {
    PoolOpened opened = storage().openPool(open(agents.grant("", List.of())));
    ManagedChannel other = as("host-2");
    try {
      ErrorCode code =
          errorOf(
                  () ->
                      StorageGrpc.newBlockingStub(other)
                          .keepPool(PoolHandle.newBuilder().setHandle(opened.getHandle()).build()))
              .code();

      assertEquals(ErrorCode.STORAGE_REFUSED, code);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void anAgentMayNotGiveOrdersAndAServerMayNotMoveBytes() {
    ErrorCode order =
        errorOf(
                () ->
                    PoolsGrpc.newBlockingStub(channel)
                        .describePool(DescribePoolRequest.getDefaultInstance()))
            .code();
    ManagedChannel server =
        TestAgent.dial(agents.store().port(), agents.authority().identity("server", "server"));
    try {
      ErrorCode bytes =
          errorOf(
                  () ->
                      StorageGrpc.newBlockingStub(server)
                          .openPool(OpenPoolRequest.getDefaultInstance()))
              .code();

      assertEquals(ErrorCode.FORBIDDEN, order);
      assertEquals(ErrorCode.FORBIDDEN, bytes);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aRestorePointThatTheGrantDoesNotNameCannotBeReadNorAnotherSessionWritten() {
    RestorePointSummary point =
        new BackupDriver(agents.host()).run(agents.backup(vm.id(), BackupType.FULL, "").build());
    PoolOpened opened = storage().openPool(open(agents.grant("", List.of())));
    PointRequest asked =
        PointRequest.newBuilder()
            .setHandle(opened.getHandle())
            .setRestorePointId(point.getRestorePointId())
            .build();
    PointDiskRequest disk =
        PointDiskRequest.newBuilder()
            .setHandle(opened.getHandle())
            .setRestorePointId(point.getRestorePointId())
            .setDiskKey(point.getDisks(0).getDisk().getDiskKey())
            .build();
    SessionRequest session =
        SessionRequest.newBuilder()
            .setHandle(opened.getHandle())
            .setSessionId(UUID.randomUUID().toString())
            .build();

    assertTrue(storage().findPoint(asked).getFound());
    assertFalse(storage().findPoint(asked).hasSummary());
    assertEquals(ErrorCode.STORAGE_REFUSED, errorOf(() -> storage().openPointDisk(disk)).code());
    assertEquals(ErrorCode.STORAGE_REFUSED, errorOf(() -> storage().reopenSession(session)).code());
    assertEquals(
        ErrorCode.STORAGE_REFUSED, errorOf(() -> storage().abandonSession(session)).code());
  }

  @Test
  @Tag("POOL-02")
  void aRecordThatIsNotSoundIsRefusedAndTheSoundOneTakenAfterwards() {
    BackupRequest request =
        agents.backup(vm.id(), BackupType.FULL, "").setStreamsPerDisk(1).build();
    StreamPlan plan = agents.host().backups().beginBackup(request).getStreams(0);
    SessionStreamRequest stream = opened(request, plan);
    ByteBuffer record = record(TestAgent.CHUNK_BYTES);
    ByteBuffer flipped = ByteBuffer.allocateDirect(record.remaining()).put(record.duplicate());
    flipped.flip().put(2000, (byte) (flipped.get(2000) ^ 4));
    ByteBuffer header = ByteBuffer.allocateDirect(record.remaining()).put(record.duplicate());
    header.flip().put(20, (byte) (header.get(20) ^ 4));

    assertEquals(ErrorCode.RECORD_REFUSED, errorOf(() -> append(stream, flipped)).code());
    assertEquals(ErrorCode.RECORD_REFUSED, errorOf(() -> append(stream, header)).code());
    assertEquals(ErrorCode.RECORD_REFUSED, errorOf(() -> append(stream, record(1000))).code());
    assertEquals(
        ErrorCode.RECORD_REFUSED,
        errorOf(() -> append(stream, ByteBuffer.allocateDirect(5000))).code());
    assertEquals(1, append(stream, record).getNewChunks());
    new BackupDriver(agents.host()).release(request, true, List.of());
  }

  @Test
  @Tag("JOB-09")
  void theBaseOfAResumedSessionMayBeReadWithoutBeingInTheGrant() {
    BackupDriver driver = new BackupDriver(agents.host());
    RestorePointSummary full = driver.run(agents.backup(vm.id(), BackupType.FULL, "").build());
    String base = full.getRestorePointId();
    BackupRequest request = agents.backup(vm.id(), BackupType.INCREMENTAL, base).build();
    agents.host().backups().beginBackup(request);
    StorageGrant grant = agents.grant(request.getSessionId(), List.of());
    String handle = storage().openPool(open(grant)).getHandle();
    PointDiskRequest disk =
        PointDiskRequest.newBuilder()
            .setHandle(handle)
            .setRestorePointId(base)
            .setDiskKey(full.getDisks(0).getDisk().getDiskKey())
            .build();
    SessionRequest session =
        SessionRequest.newBuilder().setHandle(handle).setSessionId(request.getSessionId()).build();

    assertEquals(ErrorCode.STORAGE_REFUSED, errorOf(() -> storage().openPointDisk(disk)).code());
    assertTrue(storage().reopenSession(session).getFound());
    assertEquals(2 * MIB, storage().openPointDisk(disk).getSizeBytes());
    driver.release(request, true, List.of());
  }

  @Test
  @Tag("POOL-08")
  void theQuotaThatTheGrantTellsHoldsAtOnce() {
    BackupRequest request =
        agents.backup(vm.id(), BackupType.FULL, "").setStreamsPerDisk(1).build();
    StreamPlan plan = agents.host().backups().beginBackup(request).getStreams(0);
    SessionStreamRequest stream =
        opened(
            agents.grant(request.getSessionId(), List.of()).toBuilder()
                .setPoolName("Small")
                .setQuotaBytes(16 << 10)
                .build(),
            plan);

    assertEquals(1, append(stream, 0, record(TestAgent.CHUNK_BYTES)).getNewChunks());
    BackupException full = errorOf(() -> append(stream, 1, record(TestAgent.CHUNK_BYTES)));
    assertEquals(ErrorCode.POOL_QUOTA_REACHED, full.code());
    assertEquals("Small", full.parameters().get("pool"));
    assertEquals(1, append(stream, 0, record(TestAgent.CHUNK_BYTES)).getNewChunks(), "it is there");
    new BackupDriver(agents.host()).release(request, true, List.of());
  }

  /** Its pool may stay open for months, because of others. */
  @Test
  @Tag("JOB-09")
  @EnabledOnOs(OS.LINUX)
  void aHandleThatClosesTakesTheFilesOfItsSessionWithIt() throws Exception {
    BackupRequest request =
        agents.backup(vm.id(), BackupType.FULL, "").setStreamsPerDisk(1).build();
    StreamPlan plan = agents.host().backups().beginBackup(request).getStreams(0);
    storage().openPool(open(agents.grant("", List.of())));
    SessionStreamRequest stream = opened(request, plan);
    append(stream, record(TestAgent.CHUNK_BYTES));
    assertTrue(openFiles(request.getSessionId()) > 0);

    storage().closePool(PoolHandle.newBuilder().setHandle(stream.getSession().getHandle()).build());

    assertEquals(0, openFiles(request.getSessionId()));
    assertEquals(1, append(opened(request, plan), record(TestAgent.CHUNK_BYTES)).getNewChunks());
    new BackupDriver(agents.host()).release(request, true, List.of());
  }

  private static long openFiles(String sessionId) throws IOException {
    long count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        try {
          if (Files.readSymbolicLink(descriptor).toString().contains(sessionId)) {
            count++;
          }
        } catch (NoSuchFileException closedMeanwhile) {
          continue;
        }
      }
    }
    return count;
  }

  /** The stream through a handle of its own. */
  private SessionStreamRequest opened(BackupRequest request, StreamPlan plan) {
    return opened(agents.grant(request.getSessionId(), List.of()), plan);
  }

  private SessionStreamRequest opened(StorageGrant grant, StreamPlan plan) {
    String handle = storage().openPool(open(grant)).getHandle();
    SessionRequest session =
        SessionRequest.newBuilder().setHandle(handle).setSessionId(grant.getSessionId()).build();
    assertTrue(storage().reopenSession(session).getFound());
    return SessionStreamRequest.newBuilder()
        .setSession(session)
        .setDiskKey(plan.getDiskKey())
        .setStream(plan.getStream())
        .build();
  }

  private ByteBuffer record(int plainBytes) {
    ByteBuffer plain = ByteBuffer.allocateDirect(plainBytes);
    while (plain.hasRemaining()) {
      plain.put((byte) (plain.position() * 31 % 127 + plain.position() / 5000));
    }
    plain.flip();
    try (ChunkStage stage = new ChunkStage(Compression.NONE, TestAgent.CHUNK_BYTES)) {
      ByteBuffer record = ByteBuffer.allocateDirect(plainBytes + stage.roomBytes());
      stage.encode(stage.identify(plain), plain, record);
      return record.flip();
    }
  }

  /** An extent, the first if no other: one chunk as given, the others zero. */
  private ExtentStored append(SessionStreamRequest stream, ByteBuffer record) {
    return append(stream, 0, record);
  }

  private ExtentStored append(SessionStreamRequest stream, long ordinal, ByteBuffer record) {
    ExtentRecordsHead head =
        ExtentRecordsHead.newBuilder()
            .setChunks(
                ExtentChunks.newBuilder()
                    .setStream(stream)
                    .setOrdinal(ordinal)
                    .setStates(ByteString.copyFrom(new byte[] {5, 1, 1, 1})))
            .addRecordBytes(record.remaining())
            .build();
    return ClientCalls.blockingUnaryCall(
        channel, StorageMethods.APPEND, CallOptions.DEFAULT, RecordMessage.outgoing(head, record));
  }
}
