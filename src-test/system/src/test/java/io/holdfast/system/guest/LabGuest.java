package io.holdfast.system.guest;

import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A VM of the simulator in which a guest of {@link GuestImage} runs. One thread. */
public final class LabGuest {
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(120);
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(60);
  private static final int MEMORY_MEGABYTES = 256;

  private final SimulatedCas cas;
  private final String name;

  /**
   * @param name of the VM, which may be there already
   */
  public LabGuest(SimulatedCas cas, String name) {
    this.cas = cas;
    this.name = name;
  }

  /** How a VM starts its guest. */
  public enum Firmware {
    BIOS,
    UEFI;

    private static final Path CODE = Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd");
    private static final Path VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

    private Map<String, String> boot() {
      return this == BIOS
          ? Map.of()
          : Map.of("firmware", CODE.toString(), "variables", VARIABLES.toString());
    }
  }

  /**
   * Makes the VM with one disk and lets it run.
   *
   * @param image raw image; it is copied to a shared pool
   */
  public void create(Firmware firmware, Path image, boolean running) {
    GuestImage.asQcow2(image, cas.volume("share01", name));
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("name", name);
    order.put("title", name);
    order.put("hostId", 1);
    order.put("memory", MEMORY_MEGABYTES);
    order.put("cpuCores", 1);
    order.put("bios", firmware.name());
    order.put("boot", firmware.boot());
    order.put("state", running ? "running" : "shutOff");
    order.put("disks", List.of(Map.of("path", "/vms/share01/" + name, "targetBus", "virtio")));
    cas.createVm(order);
  }

  /** What an operator does when a restored VM has another firmware than it had. The VM is off. */
  public void setFirmware(Firmware firmware) {
    cas.lab().put(path(), Map.of("bios", firmware.name()));
  }

  /**
   * Starts a VM that is off and has no guest yet, from its own disk.
   *
   * @param firmware where UEFI is found, if the VM is one that boots by UEFI
   */
  public void start(Firmware firmware) {
    cas.lab().put(path(), Map.of("boot", firmware.boot()));
    cas.lab().post(path() + "/state", Map.of("state", "running"));
  }

  /** Deletes the VM, whatever its state, with its disks. */
  public void delete() {
    cas.deleteVm(name);
  }

  /** What the guest has said since its last start. */
  public GuestReport report() {
    String guest = "/guest/" + JsonHttp.encode(name);
    return new GuestReport(cas.lab().get(guest + "/console").path("text").asText());
  }

  /** Waits until it has booted and checked its disk. */
  public GuestReport checked() {
    return await("a guest that has checked its disk", BOOT_LIMIT, r -> r.files().isPresent());
  }

  /** Waits until it has written so many more files than it had. */
  public GuestReport written(int more) {
    GuestReport now = report();
    int wanted = Math.max(now.durable(), now.files().orElse(0)) + more;
    return await(more + " more files", WRITE_LIMIT, r -> r.durable() >= wanted);
  }

  private GuestReport await(String what, Duration limit, Predicate<GuestReport> wanted) {
    GuestReport last = Waiting.until(what, limit, this::report, r -> wanted.test(r) || r.stopped());
    if (!wanted.test(last)) {
      throw new IllegalStateException(name + " gave up: " + last.text());
    }
    return last;
  }

  private String path() {
    return "/lab/vm/" + JsonHttp.encode(name);
  }
}
