package io.holdfast.pool.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.LocalFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("JOB-09")
class PlanFileTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID SESSION = new UUID(6, 1);

  @TempDir Path folder;
  private PoolScope scope;
  private Path file;

  @BeforeEach
  void place() {
    scope = new PoolScope(new LocalFiles(folder), new PoolTree(folder), new UUID(6, 0), CHUNK, 1);
    file = folder.resolve("0.plan");
  }

  private PlanFile store(long diskSize, Gap gap, List<? extends List<PlanItem>> streams) {
    PlanFile.store(scope, file, SESSION, new PlanTarget(0, diskSize, gap), streams);
    return PlanFile.open(scope, file, SESSION);
  }

  @Test
  void everyItemComesBackFromAnyOrdinal() {
    Random random = new Random(1);
    List<PlanItem> items = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      long offset = 3L * i * CHUNK;
      List<Extent> ranges = new ArrayList<>();
      long at = offset;
      for (int k = random.nextInt(200); k > 0; k--) {
        at += random.nextInt(300);
        long length = 1 + random.nextInt(300);
        ranges.add(random.nextBoolean() ? Extent.data(at, length) : Extent.zero(at, length));
        at += length;
      }
      items.add(new PlanItem(new ByteRange(offset, 2L * CHUNK), ranges));
    }

    try (PlanFile plan =
        store(
            3000L * CHUNK,
            Gap.BASE,
            List.of(items.subList(0, 400), List.of(), items.subList(400, 1000)))) {
      assertEquals(items.subList(0, 400), plan.items(0, 0, 5000));
      assertEquals(List.of(), plan.items(1, 0, 10));
      for (int from : new int[] {0, 1, 255, 256, 257, 511, 512, 599}) {
        int end = Math.min(600, from + 7);
        assertEquals(items.subList(400 + from, 400 + end), plan.items(2, from, 7));
      }
      assertEquals(List.of(), plan.items(2, 600, 7));
      assertEquals(600, plan.summaries().get(2).extentCount());
      assertEquals(
          items.subList(400, 1000).stream().mapToLong(PlanItem::readBytes).sum(),
          plan.summaries().get(2).readBytes());
    }
  }

  @Test
  void theDigestIsOfTheItemsAlone() {
    List<PlanItem> some = List.of(PlanItem.whole(0, CHUNK), PlanItem.whole(CHUNK, CHUNK));
    List<PlanItem> fewer = List.of(PlanItem.whole(0, CHUNK));
    List<PlanItem> wider = List.of(PlanItem.whole(0, 2L * CHUNK));
    try (PlanFile first = store(4L * CHUNK, Gap.ZERO, List.of(some));
        PlanFile second = store(4L * CHUNK, Gap.BASE, List.of(List.of(), some));
        PlanFile third = store(4L * CHUNK, Gap.ZERO, List.of(fewer));
        PlanFile fourth = store(4L * CHUNK, Gap.ZERO, List.of(wider))) {
      String digest = first.summaries().get(0).digest();
      assertEquals(digest, second.summaries().get(1).digest());
      assertTrue(!digest.equals(third.summaries().get(0).digest()));
      assertTrue(!digest.equals(fourth.summaries().get(0).digest()));
    }
  }

  @Test
  void spansThatCannotBeChunksAreRefused() {
    List<List<List<PlanItem>>> wrong =
        List.of(
            List.of(List.of(PlanItem.whole(1, CHUNK))),
            List.of(List.of(PlanItem.whole(0, CHUNK - 1))),
            List.of(List.of(PlanItem.whole(0, 11L * CHUNK))),
            List.of(List.of(PlanItem.whole(CHUNK, CHUNK), PlanItem.whole(0, CHUNK))),
            List.of(List.of(PlanItem.whole(0, 2L * CHUNK)), List.of(PlanItem.whole(CHUNK, CHUNK))));
    for (List<List<PlanItem>> streams : wrong) {
      BackupException refused =
          assertThrows(
              BackupException.class, () -> store(10L * CHUNK + 512, Gap.ZERO, streams).close());
      assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    }
    store(10L * CHUNK + 512, Gap.ZERO, List.of(List.of(PlanItem.whole(9L * CHUNK, CHUNK + 512L))))
        .close();
  }

  @Test
  void aTerabyteInSmallExtentsTakesFewBytes() {
    long size = 1L << 40;
    List<PlanItem> items = new ArrayList<>();
    for (long at = 0; at < size; at += 64L * CHUNK) {
      items.add(PlanItem.whole(at, 64L * CHUNK));
    }
    try (PlanFile plan = store(size, Gap.ZERO, List.of(items))) {
      assertEquals(items.size(), plan.summaries().get(0).extentCount());
      assertTrue(file.toFile().length() < 16L * items.size());
      assertEquals(items.subList(200_000, 200_003), plan.items(0, 200_000, 3));
    }
  }
}
