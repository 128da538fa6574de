package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Extents prepared beside each other, and chunks encoded away from the pool. */
@Tag("POOL-01")
@Tag("OPT-01")
class StreamStagesTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = new UUID(9, 9);
  private static final UUID POINT = new UUID(9, 1);
  private static final String DISK = "vda";

  @TempDir Path folder;
  private Pool pool;
  private final byte[] disk = DiskImages.mixed(new Random(5), 90 * CHUNK + 512);

  @BeforeEach
  void createPool() {
    pool = FolderPool.create(folder, new PoolSettings(POOL_ID, "p", CHUNK), Clock.systemUTC());
  }

  @AfterEach
  void closePool() {
    assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    pool.close();
  }

  private BackupSession begin(Compression compression) {
    BackupSession session =
        pool.beginSession(
            new SessionSpec(
                POINT,
                RestorePointType.FULL,
                Optional.empty(),
                Optional.empty(),
                List.of(new SessionDisk(DISK, disk.length)),
                compression,
                ByteString.EMPTY));
    session.storePlan(
        DISK, Gap.ZERO, List.of(Backups.plan(disk.length, CHUNK, Backups.whole(disk))));
    return session;
  }

  private ByteBuffer span(StreamWriter writer, long ordinal) {
    var range = writer.item(ordinal).span();
    return ByteBuffer.wrap(disk, (int) range.offset(), (int) range.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 19})
  void extentsPreparedByManyThreadsMakeOnePoint(int level) throws Exception {
    BackupSession session = begin(level == 0 ? Compression.FAST : Compression.zstd(level));
    StreamWriter writer = session.stream(DISK, 0);
    AtomicLong next = new AtomicLong();
    long extents = session.plan(DISK).orElseThrow().get(0).extentCount();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      done.add(threads.submit(() -> work(session, next, extents)));
    }
    for (Future<?> future : done) {
      future.get();
    }
    threads.shutdown();
    assertEquals(extents, writer.sync());
    session.seal(Backups.seal());

    assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
  }

  private void work(BackupSession session, AtomicLong next, long extents) {
    StreamWriter writer = session.stream(DISK, 0);
    ExtentDraft draft = new ExtentDraft();
    try (ChunkStage stage = session.newStage()) {
      for (long at = next.getAndIncrement(); at < extents; at = next.getAndIncrement()) {
        writer.prepare(at, span(writer, at), stage, draft);
        ExtentResult result = writer.append(draft);
        assertEquals(at, result.ordinal());
        assertTrue(writer.append(draft).replayed());
      }
    }
  }

  @Test
  @Tag("OPT-02")
  void recordsMadeElsewhereAreTaken() {
    BackupSession session = begin(Compression.FAST);
    StreamWriter writer = session.stream(DISK, 0);
    long extents = session.plan(DISK).orElseThrow().get(0).extentCount();
    ExtentDraft here = new ExtentDraft();
    ByteBuffer record = ByteBuffer.allocateDirect(2 * CHUNK);
    try (ChunkStage there = new ChunkStage(Compression.FAST, CHUNK)) {
      for (long ordinal = 0; ordinal < extents; ordinal++) {
        ByteBuffer span = span(writer, ordinal);
        int chunks = (span.remaining() + CHUNK - 1) / CHUNK;
        here.begin(ordinal, chunks);
        for (int i = 0; i < chunks; i++) {
          if (ZeroScan.isZero(chunk(span, i))) {
            here.zero(i);
          } else {
            here.identified(i, there.identify(chunk(span, i)));
          }
        }
        writer.resolve(here);
        for (int i = 0; i < chunks; i++) {
          if (here.state(i) == ExtentDraft.State.IDENTIFIED) {
            there.encode(here.id(i), chunk(span, i), record.clear());
            here.record(i, record.flip());
          }
        }
        writer.append(here);
      }
    }
    writer.sync();
    session.seal(Backups.seal());

    assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
  }

  private static ByteBuffer chunk(ByteBuffer span, int index) {
    int from = span.position() + index * CHUNK;
    return span.duplicate().limit(Math.min(from + CHUNK, span.limit())).position(from);
  }

  @Test
  void aDraftThatIsNotReadyIsRefusedAndLeavesNothing() {
    BackupSession session = begin(Compression.FAST);
    StreamWriter writer = session.stream(DISK, 0);
    ExtentDraft draft = new ExtentDraft();
    draft.begin(0, Backups.SPAN_CHUNKS);

    assertThrows(IllegalArgumentException.class, () -> writer.append(draft));
    draft.begin(0, Backups.SPAN_CHUNKS + 1);
    assertThrows(IllegalArgumentException.class, () -> writer.append(draft));

    Backups.transfer(session, DISK, disk);
    session.seal(Backups.seal());
    assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
    assertEquals(Map.of("vm", "库 '1'"), pool.manifest(POINT).orElseThrow().labels());
  }
}
