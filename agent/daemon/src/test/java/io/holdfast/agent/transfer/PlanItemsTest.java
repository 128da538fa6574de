package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.toolkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-06")
class PlanItemsTest {
  private static final int CHUNK = 1 << 16;
  private static final int SPAN = 4 * CHUNK;

  @Test
  void anEmptyDiskAndOneWithoutDataHaveNoStreams() {
    assertEquals(List.of(), PlanItems.streams(ExtentMap.whole(0), Gap.ZERO, CHUNK, SPAN, 4));
    ExtentMap zeros = ExtentMap.of(10 * CHUNK, List.of(Extent.zero(0, 10 * CHUNK)));
    assertEquals(List.of(), PlanItems.streams(zeros, Gap.ZERO, CHUNK, SPAN, 4));
  }

  @Test
  void discardedRangesOfAnIncrementalArePlannedThoughNothingIsRead() {
    ExtentMap zeros = ExtentMap.of(10 * CHUNK, List.of(Extent.zero(CHUNK + 5, 10)));

    PlanItem item = PlanItems.streams(zeros, Gap.BASE, CHUNK, SPAN, 4).get(0).iterator().next();

    assertEquals(CHUNK, item.span().offset());
    assertEquals(CHUNK, item.span().length());
    assertEquals(0, item.readBytes());
  }

  @Test
  void aTebibyteWithLittleDataIsPlannedAtOnce() {
    long size = (1L << 40) + 512;
    ExtentMap map =
        ExtentMap.of(
            size,
            List.of(
                Extent.data(0, 1 << 20), Extent.data(1L << 39, 9 << 20), Extent.data(size - 1, 1)));

    List<PlanItems> streams = PlanItems.streams(map, Gap.ZERO, 1 << 20, 4 << 20, 4);

    long read = 0;
    long end = 0;
    for (PlanItems stream : streams) {
      for (PlanItem item : stream) {
        read += item.readBytes();
        end = item.span().end();
      }
    }
    assertEquals((10 << 20) + 1, read);
    assertEquals(size, end, "the last span is clipped at the disk's end");
  }

  @Test
  void whateverTheAreasEachByteIsPlannedOnceInOrderWithinAlignedSpans() {
    Seed seed = Seed.ofRun();
    Random random = new Random(seed.value());
    for (int round = 0; round < 300; round++) {
      long size = 1 + random.nextInt(60 * CHUNK);
      ExtentMap areas = ExtentMap.of(size, randomAreas(size, random));
      Gap gap = random.nextBoolean() ? Gap.ZERO : Gap.BASE;
      int streams = 1 + random.nextInt(5);

      List<Extent> planned = new ArrayList<>();
      long end = 0;
      List<PlanItems> parts = PlanItems.streams(areas, gap, CHUNK, SPAN, streams);
      assertTrue(parts.size() <= streams, seed.toString());
      for (PlanItems part : parts) {
        for (PlanItem item : part) {
          assertEquals(0, item.span().offset() % CHUNK, seed.toString());
          assertTrue(item.span().end() % CHUNK == 0 || item.span().end() == size, seed.toString());
          assertTrue(item.span().length() <= SPAN, seed.toString());
          assertTrue(item.span().offset() >= end, "overlap " + seed);
          end = item.span().end();
          planned.addAll(item.ranges());
        }
      }
      List<Extent> wanted = new ArrayList<>(areas.extents());
      if (gap == Gap.ZERO) {
        wanted.removeIf(extent -> extent.state() == Extent.State.ZERO);
      }
      assertEquals(wanted, ExtentMap.of(size, planned).extents(), seed + " round " + round);
    }
  }

  private static List<Extent> randomAreas(long size, Random random) {
    List<Extent> areas = new ArrayList<>();
    for (long at = random.nextInt(2 * CHUNK); at < size; ) {
      long length = Math.min(size - at, 1 + random.nextInt(6 * CHUNK));
      areas.add(random.nextBoolean() ? Extent.data(at, length) : Extent.zero(at, length));
      at += length + (random.nextBoolean() ? 0 : random.nextInt(3 * CHUNK));
    }
    return areas;
  }
}
