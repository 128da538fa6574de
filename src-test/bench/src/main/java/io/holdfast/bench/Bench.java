package io.holdfast.bench;

import io.holdfast.bench.image.DiskImages;
import io.holdfast.bench.peer.Borg;
import io.holdfast.bench.peer.Peer;
import io.holdfast.bench.peer.QemuImg;
import io.holdfast.bench.peer.Restic;
import io.holdfast.bench.report.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run. Per round and operation everybody has their turn one after the other; before every turn
 * dirty pages are written out and the image is read once, so that it comes from the page cache.
 * Used once.
 */
final class Bench {
  static final String SYSTEM = "system";
  static final String SECOND = "second";
  static final String RANDOM = "random";
  private static final long CHANGED_SHARE = 100;
  private static final int RANDOM_SHARE = 4;
  private static final long WARM_BYTES = 256L << 20;

  private final BenchOptions options;
  private final Workspace workspace;
  private final Results results = new Results();
  private final DiskImages images;
  private final Path vms;
  private final List<Peer> peers = new ArrayList<>();

  Bench(BenchOptions options, Workspace workspace) {
    this.options = options;
    this.workspace = workspace;
    this.images = new DiskImages(workspace, options.seed());
    this.vms = workspace.fresh("vms");
  }

  /** Measures everything that was asked for. */
  Results run() {
    makeImages();
    if (options.peers()) {
      Path own = workspace.fresh("peers");
      List.of(new Restic(own), new Borg(own), new QemuImg(own, false), new QemuImg(own, true))
          .stream()
          .filter(Peer::available)
          .forEach(peers::add);
    }
    results.fact("image_bytes", options.sizeBytes());
    results.fact("image_allocated_bytes", allocated(disk(SYSTEM)));
    if (!options.cold()) {
      images.head(disk(SYSTEM), disk(OurTurn.WARM), WARM_BYTES);
    }
    results.fact("agent_warm", !options.cold());
    results.fact("streams", options.streams());
    results.fact("processors", Runtime.getRuntime().availableProcessors());
    for (int round = 1; round <= options.rounds(); round++) {
      say("round %d of %d", round, options.rounds());
      round();
    }
    tellSharing();
    if (options.wants("memory")) {
      new ManyStreams(options, workspace, results).run(vms);
    }
    if (options.wants("cbt")) {
      new ChangedBlocks(options, workspace, images, results).run(vms);
    }
    return results;
  }

  private void makeImages() {
    say("making images in %s", workspace.path("."));
    images.fileSystem(disk(SYSTEM), options.sizeBytes());
    if (options.wants("changed")) {
      images.copy(disk(SYSTEM), disk(SECOND));
      images.change(disk(SECOND), options.sizeBytes() / CHANGED_SHARE);
    }
    if (options.wants("incompressible")) {
      images.incompressible(disk(RANDOM), options.sizeBytes() / RANDOM_SHARE);
    }
  }

  private Path disk(String vm) {
    try {
      return Files.createDirectories(vms.resolve(vm)).resolve("vda.raw");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private long allocated(Path image) {
    // The only way in Java to ask for the blocks of a file.
    try {
      Path list = workspace.path("allocated");
      new Shell(workspace.path("."), Map.of())
          .run("bash", "-c", "stat -c '%b %B' \"$1\" >\"$2\"", "bash", image + "", list + "");
      String[] parts = Files.readString(list).trim().split(" ", -1);
      return Long.parseLong(parts[0]) * Long.parseLong(parts[1]);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void round() {
    if (options.wants("ceiling")) {
      settle(disk(SYSTEM));
      Shell.Took took = Ceiling.measure(disk(SYSTEM));
      results.add("ceiling", "ceiling", took.seconds(), took.cpuSeconds());
    }
    try (OurTurn ours = new OurTurn(options, workspace, results, vms)) {
      List<PeerTurn> others = new ArrayList<>();
      for (Peer peer : peers) {
        others.add(new PeerTurn(peer, workspace, results));
      }
      operation("full", SYSTEM, ours, others);
      operation("again", SYSTEM, ours, others);
      operation("changed", SECOND, ours, others);
      restore(ours, others);
      verify(ours, others);
      if (options.wants("encrypted")) {
        say("full_enc");
        settle(disk(SYSTEM));
        ours.backUpEncrypted("full_enc", SYSTEM);
      }
      if (options.wants("zstd")) {
        say("full_zstd");
        settle(disk(SYSTEM));
        ours.backUpByZstd("full_zstd", SYSTEM);
      }
      ours.clear();
      others.forEach(PeerTurn::clear);
      operation("incompressible", RANDOM, ours, others);
      ours.clear();
      others.forEach(PeerTurn::clear);
      results.fact("agent_peak_resident_mib", ours.peakResidentMib());
    }
    if (options.wants("net")) {
      say("net");
      try (NetworkTurn net = new NetworkTurn(options, workspace, results, vms)) {
        net.run(SYSTEM, disk(SYSTEM), () -> settle(disk(SYSTEM)));
      }
    }
  }

  private void operation(String name, String vm, OurTurn ours, List<PeerTurn> others) {
    if (!name.equals("full") && !options.wants(name)) {
      return;
    }
    say("%s", name);
    settle(disk(vm));
    ours.backUp(name, vm);
    for (PeerTurn other : others) {
      settle(disk(vm));
      other.backUp(name, disk(vm));
    }
  }

  /** How much of a second VM of the same system was in the pool already. */
  private void tellSharing() {
    long before = results.stored(options.wants("again") ? "again" : "full", "ours");
    long second = results.stored("changed", "ours");
    if (second >= 0) {
      double stored = (double) (second - before) / results.stored("full", "ours");
      results.fact("second_vm_deduplicated", Math.round((1 - stored) * 1000) / 1000.0);
    }
  }

  private void restore(OurTurn ours, List<PeerTurn> others) {
    if (!options.wants("restore")) {
      return;
    }
    say("restore");
    settle(disk(SYSTEM));
    ours.restore(disk(SYSTEM));
    for (PeerTurn other : others) {
      settle(disk(SYSTEM));
      other.restore(disk(SYSTEM));
    }
  }

  private void verify(OurTurn ours, List<PeerTurn> others) {
    if (!options.wants("verify")) {
      return;
    }
    say("verify");
    settle(disk(SYSTEM));
    ours.verify();
    for (PeerTurn other : others) {
      other.verify();
    }
  }

  private void settle(Path image) {
    Shell shell = new Shell(workspace.path("."), Map.of());
    shell.run("sync", "-f", workspace.path(".").toString());
    shell.run("bash", "-c", "cat \"$1\" >/dev/null", "bash", image.toString());
  }

  static void say(String format, Object... arguments) {
    System.err.printf(Locale.ROOT, "bench: " + format + "%n", arguments);
  }
}
