package io.holdfast.simulator.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One running QEMU without a guest: its disks are nodes, changed only through QMP. The process is
 * not tied to this JVM: it lives on when the simulator is killed and is adopted by the next one.
 * Callers serialize changes per VM.
 */
public final class QemuProcess {
  /** Granularity of bitmaps in bytes, as on CAS. */
  public static final long GRANULARITY = 65536;

  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration JOB_TIMEOUT = Duration.ofMinutes(10);

  private final Qmp qmp;
  private final ProcessHandle process;
  private final Path nbdSocket;
  private final AtomicInteger serial = new AtomicInteger();
  private final Map<String, String> paths = new ConcurrentHashMap<>();

  QemuProcess(ProcessHandle process, Qmp qmp, Path nbdSocket) {
    this.process = process;
    this.qmp = qmp;
    this.nbdSocket = nbdSocket;
  }

  /**
   * A disk to plug in at start: nodes from the bottom of the chain to the top, and the device's
   * name.
   */
  public record StartDisk(String device, List<ObjectNode> nodes) {}

  static ObjectNode device(String device, String node) {
    return Json.object()
        .put("driver", "scsi-hd")
        .put("drive", node)
        .put("id", device)
        .put("bus", "scsi0.0");
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** Runs a group of block actions as one. */
  public void transaction(ArrayNode actions) throws IOException {
    ObjectNode arguments = Json.object();
    arguments.set("actions", actions);
    qmp.execute("transaction", arguments);
  }

  /** Adds a node that no guest sees yet. */
  public void addNode(ObjectNode node) throws IOException {
    qmp.execute("blockdev-add", node);
  }

  /** Removes a node that nobody uses. */
  public void removeNode(String node) throws IOException {
    qmp.execute("blockdev-del", Json.object().put("node-name", node));
  }

  /** Opens a disk's files without giving the guest a device. */
  public void addNodes(StartDisk disk) throws IOException {
    for (ObjectNode node : disk.nodes()) {
      addNode(node);
    }
  }

  /** Plugs a disk in while running. */
  public void plug(StartDisk disk) throws IOException {
    addNodes(disk);
    qmp.execute(
        "device_add",
        device(disk.device(), disk.nodes().get(disk.nodes().size() - 1).get("node-name").asText()));
  }

  /** Unplugs a disk and forgets its nodes, top first. */
  public void unplug(String device, List<String> nodesTopFirst) throws IOException {
    qmp.execute("device_del", Json.object().put("id", device));
    qmp.awaitEvent(
        e ->
            e.path("event").asText().equals("DEVICE_DELETED")
                && e.path("data").path("device").asText().equals(device),
        Duration.ofSeconds(10));
    for (String node : nodesTopFirst) {
      removeNode(node);
    }
  }

  /**
   * Runs a qemu-io command through the virtual device; the answer is empty unless it could not run.
   */
  public String humanIo(String device, String command) throws IOException {
    String path = paths.get(device);
    if (path == null) {
      path = qdev(device);
      paths.put(device, path);
    }
    return qmp.human("qemu-io -d " + path + " \"" + command + "\"");
  }

  /** Where the device stands in QEMU's tree: the block backend of virtio disks is below them. */
  private String qdev(String device) throws IOException {
    String backend = "/machine/peripheral/" + device + "/virtio-backend";
    for (JsonNode entry : qmp.execute("query-block", null)) {
      if (entry.path("qdev").asText().equals(backend)) {
        return backend;
      }
    }
    return "/machine/peripheral/" + device;
  }

  /** Names of the bitmaps on a node; the value says whether it records. */
  public java.util.Map<String, Boolean> bitmaps(String node) throws IOException {
    java.util.Map<String, Boolean> result = new java.util.LinkedHashMap<>();
    for (JsonNode entry : qmp.execute("query-named-block-nodes", Json.object().put("flat", true))) {
      if (entry.path("node-name").asText().equals(node)) {
        for (JsonNode bitmap : entry.path("dirty-bitmaps")) {
          if (bitmap.has("name")) {
            result.put(bitmap.get("name").asText(), bitmap.path("recording").asBoolean());
          }
        }
      }
    }
    return result;
  }

  /** All node names. */
  public Set<String> nodes() throws IOException {
    Set<String> result = new LinkedHashSet<>();
    for (JsonNode entry : qmp.execute("query-named-block-nodes", Json.object().put("flat", true))) {
      result.add(entry.path("node-name").asText());
    }
    return result;
  }

  /** The node the guest's device writes to, and the internal snapshots in its file. */
  public JsonNode inserted(String device) throws IOException {
    for (JsonNode entry : qmp.execute("query-block", null)) {
      String qdev = entry.path("qdev").asText();
      if (qdev.equals(device)
          || qdev.endsWith("/" + device)
          || qdev.endsWith("/" + device + "/virtio-backend")) {
        return entry.path("inserted");
      }
    }
    throw new IOException("QEMU has no device " + device);
  }

  /** Removes a bitmap. */
  public void removeBitmap(String node, String name) throws IOException {
    qmp.execute("block-dirty-bitmap-remove", Json.object().put("node", node).put("name", name));
  }

  /** Reads a bitmap's dirty ranges, merged, in bytes. */
  public List<long[]> bitmapRanges(String node, String name) throws IOException {
    return withExport(
        node,
        name,
        export -> {
          try (NbdClient client = new NbdClient(nbdSocket, export, "qemu:dirty-bitmap:" + name)) {
            return client.ranges(1, 1);
          }
        });
  }

  /** What is done with a temporary export. */
  public interface ExportUse<T> {
    T use(String export) throws IOException;
  }

  /**
   * Exports a node read-only (with a bitmap, or null) while {@code use} runs; connect to {@link
   * #nbdSocket}.
   */
  public <T> T withExport(String node, String bitmap, ExportUse<T> use) throws IOException {
    String id = "e" + serial.incrementAndGet() + "-" + ProcessHandle.current().pid();
    ObjectNode arguments =
        Json.object()
            .put("type", "nbd")
            .put("id", id)
            .put("node-name", node)
            .put("name", id)
            .put("writable", false);
    if (bitmap != null) {
      arguments.set("bitmaps", Json.array().add(bitmap));
    }
    qmp.execute("block-export-add", arguments);
    try {
      return use.use(id);
    } finally {
      qmp.execute("block-export-del", Json.object().put("id", id).put("mode", "hard"));
      qmp.awaitEvent(
          e ->
              e.path("event").asText().equals("BLOCK_EXPORT_DELETED")
                  && e.path("data").path("id").asText().equals(id),
          JOB_TIMEOUT);
    }
  }

  /** The socket of this QEMU's own NBD server. */
  public Path nbdSocket() {
    return nbdSocket;
  }

  /**
   * Merges an overlay into the layer below it.
   *
   * @param active node the guest writes; when it is {@code top}, {@code bitmaps} on it go on
   *     recording on the base without a gap
   * @param backingFile name of the base to write into the header of the layer above {@code top}
   */
  public void commit(String active, String top, String base, String backingFile)
      throws IOException {
    String job = "commit" + serial.incrementAndGet() + "-" + ProcessHandle.current().pid();
    ObjectNode arguments =
        Json.object()
            .put("job-id", job)
            .put("device", active)
            .put("top-node", top)
            .put("base-node", base);
    if (!active.equals(top)) {
      arguments.put("backing-file", backingFile);
    }
    qmp.execute("block-commit", arguments);
    if (active.equals(top)) {
      awaitJob(job, "BLOCK_JOB_READY");
      List<String> bitmaps = List.copyOf(bitmaps(top).keySet());
      for (String name : bitmaps) {
        qmp.execute(
            "block-dirty-bitmap-add",
            Json.object().put("node", base).put("name", name).put("granularity", GRANULARITY));
      }
      qmp.execute("block-job-complete", Json.object().put("device", job));
      awaitJob(job, "BLOCK_JOB_COMPLETED");
      mergeBitmaps(top, base, bitmaps);
    } else {
      awaitJob(job, "BLOCK_JOB_COMPLETED");
    }
    removeNode(top);
  }

  /** Adds what bitmaps of one node recorded to the same-named ones of another. */
  public void mergeBitmaps(String from, String to, List<String> bitmaps) throws IOException {
    for (String name : bitmaps) {
      ObjectNode merge = Json.object().put("node", to).put("target", name);
      merge.set("bitmaps", Json.array().add(Json.object().put("node", from).put("name", name)));
      qmp.execute("block-dirty-bitmap-merge", merge);
    }
  }

  /** Copies a disk to another node and lets the guest go on there. */
  public void mirror(String active, String target) throws IOException {
    String job = "mirror" + serial.incrementAndGet() + "-" + ProcessHandle.current().pid();
    qmp.execute(
        "blockdev-mirror",
        Json.object()
            .put("job-id", job)
            .put("device", active)
            .put("target", target)
            .put("sync", "full"));
    awaitJob(job, "BLOCK_JOB_READY");
    qmp.execute("block-job-complete", Json.object().put("device", job));
    awaitJob(job, "BLOCK_JOB_COMPLETED");
  }

  /** Waits for the end of a block job that ends by itself. */
  public void awaitCompletion(String job) throws IOException {
    awaitJob(job, "BLOCK_JOB_COMPLETED");
  }

  private void awaitJob(String job, String wanted) throws IOException {
    JsonNode event = qmp.awaitEvent(e -> isEnd(e, job, wanted), JOB_TIMEOUT);
    if (!event.path("event").asText().equals(wanted) || event.path("data").has("error")) {
      throw new IOException(
          "block job failed: "
              + event.path("data").path("error").asText(event.path("event").asText()));
    }
  }

  private static boolean isEnd(JsonNode event, String job, String wanted) {
    String name = event.path("event").asText();
    return event.path("data").path("device").asText().equals(job)
        && (name.equals(wanted)
            || name.equals("BLOCK_JOB_COMPLETED")
            || name.equals("BLOCK_JOB_CANCELLED"));
  }

  /** Cancels block jobs that an earlier simulator left running. */
  public void cancelJobs() throws IOException {
    for (JsonNode job : qmp.execute("query-block-jobs", null)) {
      String name = job.path("device").asText();
      qmp.execute("block-job-cancel", Json.object().put("device", name).put("force", true));
      qmp.awaitEvent(
          e ->
              e.path("data").path("device").asText().equals(name)
                  && e.path("event").asText().startsWith("BLOCK_JOB_C"),
          JOB_TIMEOUT);
    }
    for (JsonNode export : qmp.execute("query-block-exports", null)) {
      qmp.execute(
          "block-export-del",
          Json.object().put("id", export.path("id").asText()).put("mode", "hard"));
    }
  }

  /** Deletes an internal snapshot. */
  public void deleteInternalSnapshot(String node, String name) throws IOException {
    qmp.execute(
        "blockdev-snapshot-delete-internal-sync",
        Json.object().put("device", node).put("name", name));
  }

  /** Gives a node another size. */
  public void resize(String node, long sizeBytes) throws IOException {
    qmp.execute("block_resize", Json.object().put("node-name", node).put("size", sizeBytes));
  }

  /** Whether an agent in the guest listens at its port. */
  public boolean hasAgent() throws IOException {
    return qmp.isOpenInGuest(QemuLauncher.AGENT);
  }

  /** Presses the guest's power button. */
  public void askForPowerDown() throws IOException {
    qmp.execute("system_powerdown", null);
  }

  /** Stops or lets go on the guest's processors. */
  public void setPaused(boolean paused) throws IOException {
    qmp.execute(paused ? "stop" : "cont", null);
  }

  /** Ends QEMU cleanly, or by force after ten seconds. */
  public void quit() {
    try {
      qmp.execute("quit", null);
    } catch (IOException e) {
      // It may be gone before it answers.
    }
    awaitEnd();
  }

  /** Ends QEMU as a power failure does. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** An adopted QEMU may stay a zombie that nobody collects, so its connection tells the end. */
  private void awaitEnd() {
    if (!qmp.awaitClosed(END_TIMEOUT)) {
      process.destroyForcibly();
      qmp.awaitClosed(END_TIMEOUT);
    }
  }
}
