package io.holdfast.source.rbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import io.holdfast.toolkit.Seed;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract suites on a real cluster; what goes in and out otherwise goes through rbd. */
@Tag("HIK-03")
class RbdDiskTest {

  /** A source at a snapshot; the live image is overwritten afterwards and must not show. */
  @Nested
  class AtSnapshot implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) throws Exception {
      String name = RbdBed.newName();
      RbdBed.ceph().rbd("import", "--no-progress", raw.toString(), name);
      RbdBed.snapshot(name, "kept");
      RbdBed.write(name, 0, 100_000);
      return new RbdDiskTransport()
          .openForReading(RbdBed.endpoint(RbdBed.ceph().image(name, "kept")));
    }
  }

  @Nested
  class LiveInSmallRequests implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) {
      String name = RbdBed.newName();
      RbdBed.ceph().rbd("import", "--no-progress", raw.toString(), name);
      return new RbdDiskTransport()
          .openForReading(RbdBed.endpoint(RbdBed.ceph().image(name, ""), 64 << 10));
    }
  }

  @Nested
  class Target implements DiskTargetContract {
    private String name;
    private Path raw;

    @Override
    public DiskTarget openTarget(Path image, Path folder) {
      raw = image;
      name = RbdBed.newName();
      RbdBed.ceph().rbd("import", "--no-progress", raw.toString(), name);
      return RbdBed.target(name);
    }

    @Override
    public void closedImage() throws Exception {
      Files.delete(raw);
      RbdBed.ceph().rbd("export", "--no-progress", name, raw.toString());
    }

    /** Not by way of a file: reading a TiB of nothing takes a minute. */
    @Override
    @Test
    @Tag("RST-06")
    public void zeroingAnEmptyTebibyteTakesNoSpaceAndNoTime(@TempDir Path folder) throws Exception {
      String empty = RbdBed.create(1L << 40);
      try (DiskTarget target = RbdBed.target(empty)) {
        RbdBed.write(target, 1L << 39, 4096);
        target.zero(0, 1L << 39).get(60, TimeUnit.SECONDS);
        target.zero((1L << 39) + 4096, (1L << 39) - 4096).get(60, TimeUnit.SECONDS);
        target.flush().get(30, TimeUnit.SECONDS);
      }
      assertTrue(RbdBed.ceph().rbd("du", empty).contains("4 MiB"), RbdBed.ceph().rbd("du", empty));
    }
  }

  @AfterEach
  void nothingHangs() {
    assertEquals(0, RbdRequests.hanging());
  }

  @Test
  @Tag("HIK-03")
  void aCloneShowsItsParentUntilItIsWritten(@TempDir Path folder) throws Exception {
    Path raw = folder.resolve("parent.raw");
    DiskPattern pattern = DiskPattern.full(3L * RbdBed.OBJECT, Seed.ofRun());
    pattern.writeTo(raw);
    String parent = RbdBed.newName();
    RbdBed.ceph().rbd("import", "--no-progress", raw.toString(), parent);
    RbdBed.snapshot(parent, "image");
    RbdBed.ceph().rbd("snap", "protect", parent + "@image");
    String clone = RbdBed.newName();
    RbdBed.ceph().rbd("clone", parent + "@image", clone);
    RbdBed.snapshot(clone, "untouched");
    RbdBed.zero(clone, RbdBed.OBJECT, RbdBed.OBJECT);
    RbdBed.snapshot(clone, "zeroed");

    try (DiskSource source = source(clone, "untouched")) {
      assertEquals(DiskDigest.of(pattern), DiskDigest.of(source));
    }
    try (DiskSource source = source(clone, "zeroed")) {
      ByteBuffer all = ByteBuffer.allocate(3 * RbdBed.OBJECT);
      source.read(0, all).get(30, TimeUnit.SECONDS);
      byte[] expected = pattern.bytes(0, 3 * RbdBed.OBJECT);
      java.util.Arrays.fill(expected, RbdBed.OBJECT, 2 * RbdBed.OBJECT, (byte) 0);
      assertEquals(-1, all.flip().mismatch(ByteBuffer.wrap(expected)));
    }
  }

  private static DiskSource source(String image, String snapshot) {
    return new RbdDiskTransport()
        .openForReading(RbdBed.endpoint(RbdBed.ceph().image(image, snapshot)));
  }
}
