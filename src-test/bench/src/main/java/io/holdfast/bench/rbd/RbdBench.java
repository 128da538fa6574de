package io.holdfast.bench.rbd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.bench.BenchMain;
import io.holdfast.bench.Workspace;
import io.holdfast.bench.agent.RbdDiskFile;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.source.spi.CephStorage.Search;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.RbdImage;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.Seed;
import io.holdfast.toolkit.SeededBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * A full read of an image at a snapshot through the disk source beside {@code rbd export - | cat
 * >/dev/null}, in turn on the same cluster, a whole backup of it to a dedup pool, how long the
 * search for areas takes, and what one percent of change costs beside {@code rbd diff}. Prints a
 * line each and one last line {@code BENCH {…}}: medians of the rounds.
 */
@Command(
    name = "rbd",
    description = "Measure reading an RBD image beside rbd export, on a cluster of its own.",
    mixinStandardHelpOptions = true)
public final class RbdBench implements Callable<Integer> {
  private static final int MIB = 1 << 20;
  private static final String IMAGE = "bench";
  private static final String SNAPSHOT = "kept";
  private static final String LATER = "later";
  private static final String EXPORT = "rbd_export";
  private static final String BACKUP = "backup_to_dedup_pool";
  private static final int PIECE_BYTES = 64 << 10;

  @ParentCommand private BenchMain main;

  @Option(names = "--mib", description = "Size of the image (default: ${DEFAULT-VALUE}).")
  private int imageMib = 3072;

  @Option(names = "--rounds", description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--buffer-kib",
      split = ",",
      description = "Sizes of a request (default: ${DEFAULT-VALUE}).")
  private int[] buffersKib = {1024, 4096};

  private final Map<String, double[]> took = new LinkedHashMap<>();

  @Override
  public Integer call() throws JsonProcessingException {
    CephBed ceph = CephBed.shared();
    RbdImage image = ceph.image(IMAGE, SNAPSHOT);
    ceph.rbd("create", "--size", imageMib + "M", IMAGE);
    fill(image.at(""));
    ceph.rbd("snap", "create", "--no-progress", IMAGE + "@" + SNAPSHOT);
    long sizeBytes = (long) imageMib * MIB;
    RbdDiskFile disk =
        new RbdDiskFile(ceph.configuration(), CephBed.POOL, IMAGE, SNAPSHOT, sizeBytes);
    try (Workspace workspace = main.workspace(2 * sizeBytes);
        RbdBackups backups = new RbdBackups(workspace, disk, main.agentJavaOptions())) {
      for (int round = 0; round < rounds; round++) {
        read(ceph, image, round);
        PoolAccess pool = backups.pool();
        time(BACKUP, round, () -> backups.full(pool));
      }
    }
    Map<String, Double> results = results();
    results.putAll(changed(ceph, image));
    System.out.println("BENCH " + new ObjectMapper().writeValueAsString(results));
    return 0;
  }

  private void read(CephBed ceph, RbdImage image, int round) {
    time(EXPORT, round, () -> ceph.exported(IMAGE + "@" + SNAPSHOT));
    for (int kib : buffersKib) {
      time("ours_" + kib + "_kib", round, () -> read(image, kib << 10));
    }
    RbdStorage storage = new RbdStorage();
    for (Search search : Search.values()) {
      time(
          "areas_" + search.name().toLowerCase(Locale.ROOT),
          round,
          () -> storage.allocatedAreas(image, search));
    }
  }

  /** One percent written in pieces of 64 KiB, then found and read. */
  private Map<String, Double> changed(CephBed ceph, RbdImage image) {
    long size = (long) imageMib * MIB;
    Random places = new Random(Seed.ofRun().value());
    SeededBytes bytes = new SeededBytes(Seed.ofRun().with(1));
    try (DiskTarget target = new RbdDiskTransport().openForWriting(endpoint(image.at(""), MIB))) {
      for (long written = 0; written < size / 100; written += PIECE_BYTES) {
        long at = places.nextLong(size / PIECE_BYTES) * PIECE_BYTES;
        target.write(at, ByteBuffer.wrap(bytes.bytes(at, PIECE_BYTES))).join();
      }
      target.flush().join();
    }
    ceph.rbd("snap", "create", "--no-progress", IMAGE + "@" + LATER);
    RbdImage later = image.at(LATER);
    Map<String, Double> results = new LinkedHashMap<>();
    for (Search search : Search.values()) {
      long begun = System.nanoTime();
      ExtentMap map = new RbdStorage().changedAreas(later, SNAPSHOT, search).map();
      double found = (System.nanoTime() - begun) / 1e9;
      readExtents(later, map);
      String name = "changed_" + search.name().toLowerCase(Locale.ROOT);
      results.put(name + "_found_s", found);
      results.put(name + "_s", (System.nanoTime() - begun) / 1e9);
      results.put(name + "_mib", map.dataBytes() / (double) MIB);
    }
    results.put("rbd_diff_mib", ceph.differingBytes(IMAGE + "@" + LATER, SNAPSHOT) / (double) MIB);
    return results;
  }

  private static void readExtents(RbdImage image, ExtentMap map) {
    try (DiskSource source = new RbdDiskTransport().openForReading(endpoint(image, MIB))) {
      Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
      for (Extent extent : map.extents()) {
        for (long at = extent.range().offset(); at < extent.range().end(); at += MIB) {
          int length = (int) Math.min(MIB, extent.range().end() - at);
          underWay.add(source.read(at, ByteBuffer.allocate(length)));
          if (underWay.size() > source.usefulReadsInFlight()) {
            underWay.remove().join();
          }
        }
      }
      underWay.forEach(CompletableFuture::join);
    }
  }

  private void time(String name, int round, Runnable turn) {
    long begun = System.nanoTime();
    turn.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    took.computeIfAbsent(name, made -> new double[rounds])[round] = seconds;
    System.out.printf(
        Locale.ROOT,
        "%-24s %7.2f s %8.0f MB/s%n",
        name,
        seconds,
        imageMib * (double) MIB / seconds / 1e6);
  }

  private Map<String, Double> results() {
    Map<String, Double> results = new LinkedHashMap<>();
    took.forEach((name, seconds) -> results.put(name + "_s", median(seconds)));
    double export = median(took.get(EXPORT));
    results.put("backup_vs_export", export / median(took.get(BACKUP)));
    for (int kib : buffersKib) {
      results.put("rbd_read_vs_export_" + kib, export / median(took.get("ours_" + kib + "_kib")));
    }
    return results;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static DiskEndpoint endpoint(RbdImage image, int bufferBytes) {
    return new DiskEndpoint("rbd", "", 0, image, bufferBytes, 1, Duration.ofMinutes(1), "error");
  }

  private void fill(RbdImage image) {
    SeededBytes bytes = new SeededBytes(Seed.ofRun());
    try (DiskTarget target = new RbdDiskTransport().openForWriting(endpoint(image, 4 * MIB))) {
      Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
      for (long at = 0; at < (long) imageMib * MIB; at += 4 * MIB) {
        int length = (int) Math.min(4 * MIB, (long) imageMib * MIB - at);
        underWay.add(target.write(at, ByteBuffer.wrap(bytes.bytes(at, length))));
        if (underWay.size() >= 8) {
          underWay.remove().join();
        }
      }
      underWay.forEach(CompletableFuture::join);
      target.flush().join();
    }
  }

  private static void read(RbdImage image, int bufferBytes) {
    try (DiskSource source = new RbdDiskTransport().openForReading(endpoint(image, bufferBytes))) {
      Deque<Map.Entry<ByteBuffer, CompletableFuture<Void>>> underWay = new ArrayDeque<>();
      for (long at = 0; at < source.sizeBytes(); at += bufferBytes) {
        ByteBuffer buffer;
        if (underWay.size() < source.usefulReadsInFlight()) {
          buffer = ByteBuffer.allocateDirect(bufferBytes);
        } else {
          Map.Entry<ByteBuffer, CompletableFuture<Void>> first = underWay.remove();
          first.getValue().join();
          buffer = first.getKey().clear();
        }
        buffer.limit((int) Math.min(bufferBytes, source.sizeBytes() - at));
        underWay.add(Map.entry(buffer, source.read(at, buffer)));
      }
      underWay.forEach(entry -> entry.getValue().join());
    }
  }
}
