package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The lab side of the CAS simulator: guests that write, digests of whole disks, faults. Its
 * protocol is in the simulator's {@code doc/cas-simulator.md}, section 12.
 */
public final class SimulatedCas {
  /** User and password the simulator accepts unless told otherwise. */
  public static final String USER = "admin";

  public static final String PASSWORD = "Sim@cas123";

  private final Path state;

  /**
   * @param state the simulator's state folder; its endpoints file is read again with every call,
   *     since a restart may change the ports
   */
  public SimulatedCas(Path state) {
    this.state = state;
  }

  private JsonNode endpoints() {
    try {
      return new ObjectMapper().readTree(Files.readString(state.resolve("endpoints.json")));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public boolean isUp() {
    try {
      return Files.exists(state.resolve("endpoints.json"))
          && !lab().get("/lab/stats").isMissingNode();
    } catch (UncheckedIOException | ApiProblem notYet) {
      return false;
    }
  }

  public int cvmPort() {
    return URI.create(endpoints().path("cvm").asText()).getPort();
  }

  public JsonHttp lab() {
    return new JsonHttp(endpoints().path("lab").asText());
  }

  /** The platform's own REST, with a login of its own. */
  public CvmRest rest() {
    return new CvmRest(endpoints().path("cvm").asText());
  }

  private static String guest(String vm) {
    return "/guest/" + JsonHttp.encode(vm);
  }

  /** The file of a volume in a pool that lies in a folder, whether it is there or not. */
  public Path volume(String pool, String name) {
    return state.resolve("vms").resolve(pool).resolve(name);
  }

  /** Makes a VM; {@code disks} as the document says. Returns its id. */
  public String createVm(String name, boolean running, List<Map<String, Object>> disks) {
    return lab()
        .post(
            "/lab/vm",
            Map.of("name", name, "title", name, "hostId", 1, "running", running, "disks", disks))
        .path("id")
        .asText();
  }

  /** Makes a VM as the simulator's README says, all members given. Returns its id. */
  public String createVm(Map<String, Object> order) {
    return lab().post("/lab/vm", order).path("id").asText();
  }

  /** Brings a VM into a state: running, shutOff, paused, migrating, settled, … */
  public void enter(String vm, String state) {
    lab().post("/lab/vm/" + JsonHttp.encode(vm) + "/state", Map.of("state", state));
  }

  public void deleteVm(String vm) {
    lab().delete("/lab/vm/" + JsonHttp.encode(vm));
  }

  /** The guest writes pseudo-random bytes through its device. */
  public void write(String vm, String device, long offset, long length, long seed) {
    lab()
        .post(
            guest(vm) + "/write",
            Map.of("device", device, "offset", offset, "length", length, "seed", seed));
  }

  public void startLoad(String vm, String device, long bytesPerSecond, long span) {
    lab()
        .post(
            guest(vm) + "/load",
            Map.of(
                "device",
                device,
                "bytesPerSecond",
                bytesPerSecond,
                "writeBytes",
                65536,
                "span",
                List.of(0, span),
                "seed",
                11));
  }

  /** Stops the background writer and tells how much it wrote. */
  public long stopLoad(String vm) {
    return lab().post(guest(vm) + "/load", Map.of("stop", true)).path("bytesWritten").asLong();
  }

  /** SHA-256 of a whole virtual disk now, or at a snapshot. */
  public String digest(String vm, String device, String snapshot) {
    String suffix = snapshot.isEmpty() ? "" : "&snapshot=" + snapshot;
    return lab().get(guest(vm) + "/digest?device=" + device + suffix).path("sha256").asText();
  }

  /** Bytes that the disk's files take on the pool. */
  public long allocatedBytes(String vm, String device) {
    return lab()
        .get(guest(vm) + "/allocated-bytes?device=" + device)
        .path("allocatedBytes")
        .asLong();
  }

  /** Names of the snapshots that stand on a VM. */
  public List<String> snapshots(String vm) {
    List<String> names = new ArrayList<>();
    lab().get(guest(vm) + "/snapshots").path("snapshots").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** What is there now is as it should be, for {@link #leftovers}. */
  public void baseline() {
    lab().post("/lab/baseline", Map.of());
  }

  /**
   * What stands on the platform since the baseline that nobody there has asked for: snapshots,
   * attachments, volumes that no VM uses, open ports; {@code clean} when there is nothing.
   */
  public JsonNode leftovers() {
    return lab().get("/lab/leftovers");
  }

  /** Bytes read through the data plane since the last reset. */
  public long bytesRead() {
    return lab().get("/lab/stats").path("bytesRead").asLong();
  }

  public void resetStatistics() {
    lab().delete("/lab/stats");
  }

  public String fault(Map<String, Object> fault) {
    return lab().post("/faults", fault).path("id").asText();
  }

  public void clearFaults() {
    lab().delete("/faults");
  }

  public void powerFail(String vm) {
    lab().post(guest(vm) + "/power-fail", Map.of());
  }
}
