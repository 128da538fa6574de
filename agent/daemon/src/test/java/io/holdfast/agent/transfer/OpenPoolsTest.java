package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.store.RestorePointType;
import io.holdfast.pool.store.SessionDisk;
import io.holdfast.pool.store.SessionSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools that are opened, used and closed side by side. */
@Tag("POOL-01")
class OpenPoolsTest {
  private static final int CHUNK_BYTES = 1 << 16;

  @TempDir private Path folder;
  private final HangingMedium medium = new HangingMedium();
  private OpenPools pools;

  @BeforeEach
  void open() {
    pools = new OpenPools(medium, new AbandonedSessions(StateFolder.open(folder.resolve("state"))));
  }

  /** Folders whose file system does not answer for a while. */
  private static final class HangingMedium implements PoolMedium {
    private final FolderMedium real = new FolderMedium(Clock.systemUTC());
    private final Map<Path, Hang> opening = new ConcurrentHashMap<>();
    private final Map<Path, Hang> closing = new ConcurrentHashMap<>();

    @Override
    public Pool open(Path folder, UUID poolId) {
      hang(opening.get(folder));
      Pool pool = real.open(folder, poolId);
      return (Pool)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Pool.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  hang(closing.get(folder));
                }
                try {
                  return method.invoke(pool, arguments);
                } catch (InvocationTargetException failed) {
                  throw failed.getCause();
                }
              });
    }

    @Override
    public FolderPool.Created create(
        Path folder, PoolSettings settings, Optional<PoolSecret> secret) {
      return real.create(folder, settings, secret);
    }

    private static void hang(Hang hang) {
      if (hang != null) {
        hang.reached.countDown();
        try {
          hang.over.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private record Hang(CountDownLatch reached, CountDownLatch over) {
    Hang() {
      this(new CountDownLatch(1), new CountDownLatch(1));
    }
  }

  private PoolAccess pool(String name) {
    UUID id = UUID.randomUUID();
    Path where = folder.resolve(name);
    PoolSettings settings = new PoolSettings(id, name, CHUNK_BYTES, PoolKind.STANDARD);
    FolderPool.create(where, settings, Clock.systemUTC()).close();
    return PoolAccess.newBuilder().setPoolId(id.toString()).setFolder(where.toString()).build();
  }

  private static Path path(PoolAccess access) {
    return Path.of(access.getFolder());
  }

  @Test
  void aPoolWhoseFileSystemHangsKeepsOnlyItsOwnUsersWaiting() throws Exception {
    PoolAccess hanging = pool("hanging");
    PoolAccess sound = pool("sound");
    Hang opening = new Hang();
    Hang closing = new Hang();
    medium.opening.put(path(hanging), opening);
    medium.closing.put(path(hanging), closing);

    CompletableFuture<OpenPools.Use> first =
        CompletableFuture.supplyAsync(() -> pools.use(hanging));
    opening.reached.await(10, TimeUnit.SECONDS);
    CompletableFuture<OpenPools.Use> second =
        CompletableFuture.supplyAsync(() -> pools.use(hanging));
    CompletableFuture.runAsync(() -> pools.use(sound).close()).get(10, TimeUnit.SECONDS);
    assertFalse(first.isDone());
    assertFalse(second.isDone());
    opening.over.countDown();
    OpenPools.Use one = first.get(10, TimeUnit.SECONDS);
    OpenPools.Use other = second.get(10, TimeUnit.SECONDS);
    assertSame(one.pool(), other.pool(), "opened once");

    one.close();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(other::close);
    closing.reached.await(10, TimeUnit.SECONDS);
    CompletableFuture<OpenPools.Use> third =
        CompletableFuture.supplyAsync(() -> pools.use(hanging));
    CompletableFuture.runAsync(() -> pools.use(sound).close()).get(10, TimeUnit.SECONDS);
    assertFalse(closed.isDone());
    assertFalse(third.isDone(), "the lease is still held");
    closing.over.countDown();
    third.get(10, TimeUnit.SECONDS).close();
  }

  @Test
  void anotherPoolInTheFolderIsRefusedAndTheOneInUseStays() {
    PoolAccess access = pool("one");
    PoolAccess wrong = access.toBuilder().setPoolId(UUID.randomUUID().toString()).build();

    assertEquals(ErrorCode.POOL_ID_MISMATCH, refusal(wrong));
    try (OpenPools.Use use = pools.use(access)) {
      assertEquals(ErrorCode.POOL_ID_MISMATCH, refusal(wrong));
      BackupException inUse = assertThrows(BackupException.class, () -> pools.discardIndex(access));
      assertEquals(ErrorCode.POOL_IN_USE, inUse.code());
      assertEquals(List.of(), use.pool().sessions());
    }
    pools.use(access).close();
  }

  private ErrorCode refusal(PoolAccess access) {
    return assertThrows(BackupException.class, () -> pools.use(access)).code();
  }

  @Test
  @Tag("JOB-09")
  void aSessionIsClosedByTheUseThatTookItUpLast() {
    PoolAccess access = pool("one");
    UUID id = UUID.randomUUID();
    SessionSpec spec =
        new SessionSpec(
            id,
            RestorePointType.FULL,
            Optional.empty(),
            List.of(new SessionDisk("vda", CHUNK_BYTES)),
            Codec.LZ4,
            ByteString.EMPTY);
    try (OpenPools.Use somebody = pools.use(access);
        OpenPools.Use dead = pools.use(access);
        OpenPools.Use resumed = pools.use(access)) {
      dead.takeUp(id);
      BackupSession begun = dead.pool().beginSession(spec);
      begun.storeDocument("plan", ByteString.copyFromUtf8("a"));
      resumed.takeUp(id);
      BackupSession again = resumed.pool().reopenSession(id).orElseThrow();

      dead.close();
      assertEquals(Optional.of(ByteString.copyFromUtf8("a")), again.document("plan"));
      resumed.close();
      BackupException closed = assertThrows(BackupException.class, () -> again.document("plan"));
      assertEquals(ErrorCode.SESSION_NOT_OPEN, closed.code());

      BackupSession later = somebody.pool().reopenSession(id).orElseThrow();
      assertEquals(Optional.of(ByteString.copyFromUtf8("a")), later.document("plan"));
    }
  }
}
