package io.holdfast.system.guest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.LiveGuest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A VM of the simulator in which a guest of {@link GuestImage} runs. One thread. */
public final class LabGuest extends LiveGuest {
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

  @Override
  public GuestReport report() {
    return new GuestReport(cas.lab().get(guest() + "/console").path("text").asText());
  }

  @Override
  protected String askAgent(String command, String arguments) {
    try {
      JsonNode given = new ObjectMapper().readTree(arguments);
      return cas.lab()
          .post(guest() + "/agent", Map.of("execute", command, "arguments", given))
          .toString();
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(arguments, wrong);
    }
  }

  private String guest() {
    return "/guest/" + JsonHttp.encode(name);
  }

  private String path() {
    return "/lab/vm/" + JsonHttp.encode(name);
  }
}
