package io.holdfast.source.rbd;

import io.holdfast.model.Extent;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.RbdImage;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.Seed;
import io.holdfast.toolkit.SeededBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Images of the test cluster with names of their own, and what the command rbd says of them. */
final class RbdBed {
  static final int OBJECT = 4 << 20;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Pattern DIFFERENCE =
      Pattern.compile("\"offset\":(\\d+),\"length\":(\\d+),\"exists\":\"(true|false)\"");

  private RbdBed() {}

  static CephBed ceph() {
    return CephBed.shared();
  }

  static String newName() {
    return "image-" + COUNT.incrementAndGet();
  }

  /** An empty image of so many bytes and of these features (none: the usual ones). */
  static String create(long sizeBytes, String... features) {
    String name = newName();
    List<String> command = new ArrayList<>(List.of("create", "--size", sizeBytes + "B", name));
    for (String feature : features) {
      command.addAll(List.of("--image-feature", feature));
    }
    ceph().rbd(command.toArray(String[]::new));
    return name;
  }

  static DiskEndpoint endpoint(RbdImage image) {
    return endpoint(image, 1 << 20);
  }

  static DiskEndpoint endpoint(RbdImage image, int bufferBytes) {
    return new DiskEndpoint("rbd", "", 0, image, bufferBytes, 1, Duration.ofMinutes(1), "error");
  }

  static DiskTarget target(String image) {
    return new RbdDiskTransport().openForWriting(endpoint(ceph().image(image, "")));
  }

  /** Writes seeded bytes. */
  static void write(String image, long offset, int length) throws Exception {
    try (DiskTarget target = target(image)) {
      write(target, offset, length);
      target.flush().get(30, TimeUnit.SECONDS);
    }
  }

  static void write(DiskTarget target, long offset, int length) throws Exception {
    byte[] bytes =
        new SeededBytes(Seed.ofRun().with(COUNT.incrementAndGet())).bytes(offset, length);
    target.write(offset, ByteBuffer.wrap(bytes)).get(60, TimeUnit.SECONDS);
  }

  static void zero(String image, long offset, long length) throws Exception {
    try (DiskTarget target = target(image)) {
      target.zero(offset, length).get(60, TimeUnit.SECONDS);
      target.flush().get(30, TimeUnit.SECONDS);
    }
  }

  static void snapshot(String image, String name) {
    ceph().rbd("snap", "create", "--no-progress", image + "@" + name);
  }

  /** What {@code rbd diff} tells, neighbours joined. */
  static List<Extent> difference(String imageAtSnapshot, String since) {
    List<String> command = new ArrayList<>(List.of("diff", "--format", "json", imageAtSnapshot));
    if (!since.isEmpty()) {
      command.addAll(List.of("--from-snap", since));
    }
    String told = ceph().rbd(command.toArray(String[]::new));
    RangeCollector collector = new RangeCollector();
    Matcher found = DIFFERENCE.matcher(told);
    while (found.find()) {
      collector.add(
          Long.parseLong(found.group(1)),
          Long.parseLong(found.group(2)),
          Boolean.parseBoolean(found.group(3)));
    }
    return collector.extents(Long.MAX_VALUE).extents();
  }
}
