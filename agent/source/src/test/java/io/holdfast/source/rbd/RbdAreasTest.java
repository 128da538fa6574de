package io.holdfast.source.rbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.rbd.jna.CephConnection;
import io.holdfast.source.rbd.jna.CephError;
import io.holdfast.source.rbd.jna.RbdHandle;
import io.holdfast.source.rbd.jna.RbdHandle.Span;
import io.holdfast.source.spi.CephStorage.Areas;
import io.holdfast.source.spi.CephStorage.Image;
import io.holdfast.source.spi.CephStorage.Search;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.Seed;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is allocated and what has changed, on a real cluster and beside {@code rbd diff}. */
@Tag("HIK-03")
@Tag("OPT-16")
class RbdAreasTest {
  private static final long OBJECT = RbdBed.OBJECT;

  private final RbdStorage storage = new RbdStorage();

  private Areas allocated(String image, String snapshot, Search search) {
    return storage.allocatedAreas(RbdBed.ceph().image(image, snapshot), search);
  }

  private Areas changed(String image, String snapshot, String since, Search search) {
    return storage.changedAreas(RbdBed.ceph().image(image, snapshot), since, search);
  }

  @Test
  void aSmallWriteIsTheOnlyChange() throws Exception {
    String image = RbdBed.create(16 * OBJECT);
    RbdBed.write(image, 0, (int) (4 * OBJECT));
    RbdBed.snapshot(image, "one");
    RbdBed.write(image, OBJECT + 8192, 4096);
    RbdBed.snapshot(image, "two");
    for (Search search : Search.values()) {
      Areas areas = changed(image, "two", "one", search);
      assertEquals(List.of(Extent.data(OBJECT + 8192, 4096)), areas.map().extents());
      assertEquals(search == Search.BY_OBJECT_MAP, areas.byObjectMap(), areas.whyNot());
      assertEquals(
          List.of(Extent.data(0, 4 * OBJECT)), allocated(image, "one", search).map().extents());
    }
  }

  @Test
  void aDiscardedObjectIsZeroAndNothingToRead() throws Exception {
    String image = RbdBed.create(8 * OBJECT);
    RbdBed.write(image, 0, (int) (4 * OBJECT));
    RbdBed.snapshot(image, "one");
    RbdBed.zero(image, 2 * OBJECT, OBJECT);
    RbdBed.snapshot(image, "two");
    for (Search search : Search.values()) {
      ExtentMap map = changed(image, "two", "one", search).map();
      assertEquals(List.of(Extent.zero(2 * OBJECT, OBJECT)), map.extents());
      assertEquals(0, map.dataBytes());
    }
  }

  @Test
  void bothWaysFindWhatRbdDiffFindsAfterManyWritesAndDiscards() throws Exception {
    Random random = new Random(Seed.ofRun().value());
    String image = RbdBed.create(64 * OBJECT);
    for (int snapshot = 0; snapshot < 4; snapshot++) {
      try (DiskTarget target = RbdBed.target(image)) {
        for (int i = 0; i < 12; i++) {
          long at = random.nextInt(63) * OBJECT + random.nextInt(1000) * 512L;
          if (random.nextInt(3) == 0) {
            target.zero(at / OBJECT * OBJECT, OBJECT).join();
          } else {
            RbdBed.write(target, at, 512 * (1 + random.nextInt(400)));
          }
        }
        target.flush().join();
      }
      RbdBed.snapshot(image, "s" + snapshot);
    }
    for (String[] pair : new String[][] {{"s1", "s0"}, {"s3", "s2"}, {"s3", "s0"}, {"s2", ""}}) {
      List<Extent> expected = RbdBed.difference(image + "@" + pair[0], pair[1]);
      for (Search search : Search.values()) {
        assertEquals(
            expected,
            changed(image, pair[0], pair[1], search).map().extents(),
            pair[0] + " since " + pair[1] + " " + search + " " + Seed.ofRun());
      }
    }
  }

  @Test
  void theObjectMapIsUsedOnlyWhereItIsValid() throws Exception {
    String layered = RbdBed.create(8 * OBJECT, "layering");
    RbdBed.write(layered, 0, 4096);
    RbdBed.snapshot(layered, "one");
    RbdBed.write(layered, 5 * OBJECT, 4096);
    RbdBed.snapshot(layered, "two");
    Areas without = changed(layered, "two", "one", Search.BY_OBJECT_MAP);
    assertFalse(without.byObjectMap());
    assertEquals(List.of(Extent.data(5 * OBJECT, 4096)), without.map().extents());

    // Enabled late, the map of the older snapshots stays invalid.
    RbdBed.ceph().rbd("feature", "enable", layered, "exclusive-lock", "object-map", "fast-diff");
    RbdBed.ceph().rbd("object-map", "rebuild", "--no-progress", layered);
    RbdBed.write(layered, 6 * OBJECT, 4096);
    RbdBed.snapshot(layered, "three");
    Areas late = changed(layered, "three", "two", Search.BY_OBJECT_MAP);
    assertFalse(late.byObjectMap());
    assertTrue(late.whyNot().contains("two"), late.whyNot());
    assertEquals(List.of(Extent.data(6 * OBJECT, 4096)), late.map().extents());

    RbdBed.write(layered, 7 * OBJECT, 4096);
    RbdBed.snapshot(layered, "four");
    Areas valid = changed(layered, "four", "three", Search.BY_OBJECT_MAP);
    assertTrue(valid.byObjectMap(), valid.whyNot());
    assertEquals(List.of(Extent.data(7 * OBJECT, 4096)), valid.map().extents());
  }

  @Test
  void aGrownImageTellsWhatWasWrittenInItsNewEnd() throws Exception {
    String image = RbdBed.create(4 * OBJECT);
    RbdBed.write(image, 0, 8192);
    RbdBed.snapshot(image, "one");
    RbdBed.ceph().rbd("resize", "--no-progress", "--size", 9 * OBJECT + "B", image);
    RbdBed.write(image, 8 * OBJECT + 100, 1000);
    RbdBed.snapshot(image, "two");
    for (Search search : Search.values()) {
      ExtentMap map = changed(image, "two", "one", search).map();
      assertEquals(9 * OBJECT, map.diskSizeBytes());
      assertEquals(RbdBed.difference(image + "@two", "one"), map.extents());
      assertTrue(map.dataBytes() >= 1000 && map.dataBytes() <= OBJECT, map.extents().toString());
    }
    Image state = storage.image(RbdBed.ceph().image(image, "one"));
    assertEquals(4 * OBJECT, state.sizeBytes());
    assertEquals(
        List.of(4 * OBJECT, 9 * OBJECT),
        state.snapshots().stream().map(snapshot -> snapshot.sizeBytes()).toList());
  }

  @Test
  void aCloneTellsItsParentsAreasAndThenOnlyItsOwnChanges() throws Exception {
    String parent = RbdBed.create(8 * OBJECT);
    RbdBed.write(parent, OBJECT, (int) OBJECT);
    RbdBed.snapshot(parent, "image");
    RbdBed.ceph().rbd("snap", "protect", parent + "@image");
    String clone = RbdBed.newName();
    RbdBed.ceph().rbd("clone", parent + "@image", clone);
    RbdBed.write(clone, 5 * OBJECT, 4096);
    RbdBed.snapshot(clone, "one");
    RbdBed.write(clone, 5 * OBJECT + 4096, 4096);
    RbdBed.snapshot(clone, "two");
    for (Search search : Search.values()) {
      assertEquals(
          List.of(Extent.data(OBJECT, OBJECT), Extent.data(5 * OBJECT, 4096)),
          allocated(clone, "one", search).map().extents());
      assertEquals(
          List.of(Extent.data(5 * OBJECT + 4096, 4096)),
          changed(clone, "two", "one", search).map().extents());
    }
    Image state = storage.image(RbdBed.ceph().image(clone, "two"));
    assertEquals("rbd/" + parent + "@image", state.parent().orElseThrow());
    assertEquals(8 * OBJECT, state.overlapBytes());
  }

  @Test
  void aSparseTebibyteIsSearchedInSeconds() throws Exception {
    String image = RbdBed.create(1L << 40);
    RbdBed.write(image, 700L << 30, 4096);
    RbdBed.snapshot(image, "one");
    RbdBed.write(image, 900L << 30, 4096);
    RbdBed.snapshot(image, "two");
    assertTimeout(
        Duration.ofSeconds(8),
        () -> {
          Areas all = allocated(image, "two", Search.BY_OBJECT_MAP);
          assertEquals(
              List.of(Extent.data(700L << 30, 4096), Extent.data(900L << 30, 4096)),
              all.map().extents());
          assertEquals(
              List.of(Extent.data(900L << 30, 4096)),
              changed(image, "two", "one", Search.BY_OBJECT_MAP).map().extents());
        });
  }

  @Test
  void whatACallbackThrowsComesOutOfTheSearchAndEndsIt() throws Exception {
    // More than the library asks at once.
    int objects = 48;
    String image = RbdBed.create(objects * OBJECT);
    for (int i = 0; i < objects; i++) {
      RbdBed.write(image, i * OBJECT, 4096);
    }
    CephError.Mapping errors = RbdErrors.of(RbdBed.ceph().image(image, ""))::asking;
    AtomicInteger told = new AtomicInteger();
    try (CephConnection connection =
            CephConnection.open(
                CephLibraryFolder.configured().libraries(), RbdBed.ceph().admin(), errors);
        RbdHandle handle = connection.open(RbdBed.ceph().image(image, ""), false, errors)) {
      assertThrows(
          ArithmeticException.class,
          () ->
              handle.differences(
                  "",
                  new Span(0, objects * OBJECT),
                  false,
                  (offset, length, exists) -> {
                    told.incrementAndGet();
                    throw new ArithmeticException("as wanted");
                  },
                  errors));
      assertTrue(told.get() < objects, told + " calls");
      RangeCollector after = new RangeCollector();
      handle.differences("", new Span(0, objects * OBJECT), false, after, errors);
      assertEquals(objects * 4096, after.extents(objects * OBJECT).dataBytes());
    }
  }

  /**
   * One percent of a full image: what is to be read is what {@code rbd diff} says, and not more.
   */
  @Test
  void theBytesReadAreProportionalToTheChange() throws Exception {
    int objects = 32;
    String image = RbdBed.create(objects * OBJECT);
    RbdBed.write(image, 0, (int) (objects * OBJECT));
    RbdBed.snapshot(image, "one");
    Random random = new Random(Seed.ofRun().with(7).value());
    long written = 0;
    try (DiskTarget target = RbdBed.target(image)) {
      for (int i = 0; i < 20; i++) {
        RbdBed.write(target, random.nextInt(objects) * OBJECT + i * 131_072L, 65_536);
        written += 65_536;
      }
      target.flush().join();
    }
    RbdBed.snapshot(image, "two");
    ExtentMap map = changed(image, "two", "one", Search.BY_OBJECT_MAP).map();
    assertEquals(RbdBed.difference(image + "@two", "one"), map.extents());
    assertEquals(written, map.dataBytes());
  }
}
