package io.holdfast.system.campaign;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One disk of a VM as the lab makes it.
 *
 * @param sizeBytes a multiple of 512, not always of anything rounder
 * @param format qcow2 or raw
 * @param pool name of a storage pool of the simulator
 * @param independent of mode independent-persistent: not in external snapshots
 * @param encrypted by LUKS
 * @param chainDepth files that its content is spread over; 1 is flat
 * @param seed of its content
 */
record DiskShape(
    long sizeBytes,
    String format,
    String pool,
    boolean independent,
    boolean encrypted,
    int chainDepth,
    int seed) {
  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  private static final int MOST_MIB = 40;

  /** A disk that is mostly ordinary: one in six is raw, one in twelve independent or encrypted. */
  static DiskShape drawn(Random random) {
    boolean raw = random.nextInt(6) == 0;
    boolean encrypted = !raw && random.nextInt(16) == 0;
    int depth = raw || encrypted || random.nextInt(4) > 0 ? 1 : 2 + random.nextInt(2);
    return new DiskShape(
        MIB * (2 + random.nextInt(MOST_MIB)) + SECTOR * (long) random.nextInt(3),
        raw ? "raw" : "qcow2",
        random.nextBoolean() ? "share01" : "nfs01",
        random.nextInt(12) == 0,
        encrypted,
        depth,
        random.nextInt());
  }

  boolean raw() {
    return format.equals("raw");
  }

  /** The lab's words for it. */
  Map<String, Object> order() {
    Random random = new Random(seed);
    long first = aligned(random, sizeBytes / 2);
    long second = aligned(random, sizeBytes - MIB);
    return Map.of(
        "sizeBytes",
        sizeBytes,
        "format",
        format,
        "pool",
        pool,
        "diskMode",
        independent ? "independent-persistent" : "subordinate",
        "encrypted",
        encrypted,
        "chainDepth",
        chainDepth,
        "content",
        encrypted
            ? List.of() // nobody in the lab has its key
            : List.of(
                content(first, Math.min(MIB, sizeBytes - first), "random"),
                content(second, MIB / 2, "text")));
  }

  private static long aligned(Random random, long bound) {
    return Math.max(0, random.nextLong(Math.max(1, bound)) / SECTOR * SECTOR);
  }

  private Map<String, Object> content(long offset, long length, String kind) {
    return Map.of(
        "offset", offset, "length", length, "kind", kind, "seed", seed & Integer.MAX_VALUE);
  }
}
