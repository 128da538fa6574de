package io.holdfast.platform.h3ccas;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates VMs for restores (CAS-13, CAS-14) with {@code POST /vm/add} [P]. What the agent protocol
 * has no field for (guest system, CPU shares…) comes from the platform document kept in the restore
 * point. Disks are always flat (CAS-23) and dependent (CAS-07) [SRC]; UEFI is asked for, VNC
 * passwords are not known (CAS-19). The owner tag stands in the VM's description, so that a
 * repeated call finds what the first one made, also after a crash. Thread-safe.
 */
final class CasCreation {
  private static final String TAG_START = "[holdfast:";

  private final CasTasks tasks;
  private final CasErrors errors;
  private final CasHosts hosts;
  private final CasVms vms;
  private final CasVolumes volumes;
  private final CasNetworks networks;

  CasCreation(CasTasks tasks, CasErrors errors, CasHosts hosts, CasVms vms, CasVolumes volumes) {
    this.tasks = tasks;
    this.errors = errors;
    this.hosts = hosts;
    this.vms = vms;
    this.volumes = volumes;
    this.networks = new CasNetworks(errors, hosts);
  }

  CasVm create(NewVm wanted) {
    Optional<CasVm> present = own(wanted);
    if (present.isPresent()) {
      return present.get();
    }
    CasNode host = hosts.host(wanted.hostId());
    byte[] body = CasNode.bytes(body(wanted, host));
    CasTasks.Outcome outcome =
        tasks.perform("POST", CasPath.of("vm", "add"), body, () -> own(wanted).isPresent());
    if (outcome.code() != PlatformCode.VM_EXISTS) {
      errors.required(outcome, subject(wanted));
    }
    return own(wanted)
        .orElseThrow(
            () ->
                errors.of(
                    ErrorCode.PLATFORM_TASK_FAILED,
                    Reason.of(ReasonCode.VM_NOT_LISTED),
                    subject(wanted)));
  }

  private static Object[] subject(NewVm wanted) {
    String volumes = String.join(", ", wanted.disks().stream().map(NewDisk::volumeName).toList());
    List<String> pools = wanted.disks().stream().map(NewDisk::storagePool).distinct().toList();
    long needed = wanted.disks().stream().mapToLong(NewDisk::sizeBytes).sum();
    return new Object[] {
      "vm",
      wanted.name(),
      "host",
      wanted.hostId(),
      "operation",
      "create VM " + wanted.name(),
      "storage",
      String.join(", ", pools),
      "needed",
      needed,
      "free",
      "too few",
      "what",
      "volume",
      "name",
      volumes,
      "field",
      "volume name",
      "value",
      volumes,
      "expected",
      CasVolumes.NAME_RULE,
      "mac",
      "",
      "disk",
      "",
      "format",
      ""
    };
  }

  /** What an earlier call of the same restore made; VM_NAME_TAKEN when another has the name. */
  private Optional<CasVm> own(NewVm wanted) {
    Optional<CasVm> present = vms.findByName(wanted.name());
    if (present.isPresent() && !present.get().ownerTag().contains(tag(wanted.ownerTag()))) {
      throw errors.of(ErrorCode.VM_NAME_TAKEN, "the name is taken", "vm", wanted.name());
    }
    return present;
  }

  private static String tag(String ownerTag) {
    return TAG_START + ownerTag + "]";
  }

  private Map<String, Object> body(NewVm wanted, CasNode host) {
    VmDescription like = wanted.like();
    CasNode document = document(like);
    CasNode basic = document.child("basic");
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", wanted.name());
    body.put("title", title(wanted));
    body.put("description", description(basic.text("description"), wanted.ownerTag()));
    body.put("hostId", wanted.hostId());
    body.put("system", basic.has("system") ? basic.number("system") : 1);
    if (like.getFirmware().equals("uefi")) {
      // [INF] Where a release ignores it the VM boots by BIOS; the restore looks and says so.
      body.put("bios", "UEFI");
    }
    body.put("osVersion", or(basic.firstText("osVersion", "osDesc"), "Linux"));
    body.put("osBit", or(basic.text("osBit"), "x86_64"));
    body.put("autoMigrate", basic.has("autoMigrate") ? basic.number("autoMigrate") : 1);
    memory(body, like.getMemoryMib());
    cpu(body, like, document.child("cpu"), host);
    body.put("blkiotune", 300);
    body.put("formatEnable", 1);
    if (!like.getBootOrder().isEmpty()) {
      body.put("bootDev", List.of(like.getBootOrder().split(",")));
    }
    body.put("network", networks.entries(wanted));
    List<Map<String, Object>> storage = new ArrayList<>();
    for (NewDisk disk : wanted.disks()) {
      storage.add(volumes.entry(wanted.hostId(), disk, wanted.name()));
    }
    body.put("storage", storage);
    return body;
  }

  /** The VM keeps its title when it keeps its name. */
  private static String title(NewVm wanted) {
    boolean sameName = wanted.name().equals(wanted.like().getName());
    return sameName ? or(wanted.like().getTitle(), wanted.name()) : wanted.name();
  }

  private static String description(String before, String ownerTag) {
    int old = before.indexOf(TAG_START);
    String kept = (old < 0 ? before : before.substring(0, old)).trim();
    return kept.isEmpty() ? tag(ownerTag) : kept + " " + tag(ownerTag);
  }

  /** [P] Memory in MB must equal memoryInit in memoryUnit. */
  private static void memory(Map<String, Object> body, long mib) {
    boolean whole = mib % 1024 == 0;
    body.put("memory", mib);
    body.put("memoryInit", whole ? mib / 1024 : mib);
    body.put("memoryUnit", whole ? "GB" : "MB");
    body.put("memoryBacking", 0);
    body.put("autoMem", 0);
    body.put("hugepage", 0);
  }

  private static void cpu(
      Map<String, Object> body, VmDescription like, CasNode before, CasNode host) {
    int sockets = Math.max(1, like.getCpuSockets());
    int cores = Math.max(1, like.getCpuCores());
    boolean arm = CasRelease.isArm(host.text("arch"));
    body.put("cpu", sockets * cores);
    body.put("cpuSockets", sockets);
    body.put("cpuCores", cores);
    body.put("cpuMode", arm ? "host-passthrough" : or(like.getCpuMode(), "custom"));
    body.put("cpuShares", before.has("cpuShares") ? before.number("cpuShares") : 512);
    body.put(
        "maxCpuSocket",
        Math.max(sockets, before.has("maxCpuSocket") ? before.number("maxCpuSocket") : 24));
  }

  private static CasNode document(VmDescription like) {
    try {
      return CasNode.parse(like.getPlatformDocument().getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException otherPlatform) {
      return CasNode.nothing();
    }
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
