package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a powered-off VM its configuration back, one group of {@code PUT /vm/modify} [P] a call
 * (CAS-13, CAS-19). What a group may hold beyond CPU and memory is assumed [INF], so a refusal is
 * no error: whoever restores compares afterwards. Thread-safe.
 */
final class CasModification {
  private static final Logger LOG = LoggerFactory.getLogger(CasModification.class);

  private final CasTasks tasks;
  private final CasHosts hosts;

  CasModification(CasTasks tasks, CasHosts hosts) {
    this.tasks = tasks;
    this.hosts = hosts;
  }

  /** Changes what differs; nothing is sent where nothing does. */
  void align(CasVm vm, VmDescription like) {
    VmDescription now = vm.description();
    cpu(vm, now, like);
    if (like.getMemoryMib() > 0 && now.getMemoryMib() != like.getMemoryMib()) {
      boolean whole = like.getMemoryMib() % 1024 == 0;
      modify(
          vm,
          "memory",
          Map.of(
              "size",
              like.getMemoryMib(),
              "memoryInit",
              whole ? like.getMemoryMib() / 1024 : like.getMemoryMib(),
              "memoryUnit",
              whole ? "GB" : "MB"));
    }
    if (!like.getFirmware().isEmpty() && !now.getFirmware().equals(like.getFirmware())) {
      modify(vm, "basic", Map.of("bios", like.getFirmware().equals("uefi") ? "UEFI" : "BIOS"));
    }
    if (!like.getBootOrder().isEmpty() && !now.getBootOrder().equals(like.getBootOrder())) {
      modify(vm, "bootDev", List.of(like.getBootOrder().split(",")));
    }
  }

  private void cpu(CasVm vm, VmDescription now, VmDescription like) {
    Map<String, Object> cpu = new LinkedHashMap<>();
    if (now.getCpuSockets() != like.getCpuSockets() || now.getCpuCores() != like.getCpuCores()) {
      cpu.put("cpu", like.getCpuSockets() * like.getCpuCores());
      cpu.put("cpuSockets", like.getCpuSockets());
      cpu.put("cpuCores", like.getCpuCores());
    }
    boolean arm = CasRelease.isArm(hosts.hostIfKnown(now.getHostId()).text("arch"));
    if (!arm && !like.getCpuMode().isEmpty() && !now.getCpuMode().equals(like.getCpuMode())) {
      cpu.put("cpuMode", like.getCpuMode());
    }
    if (!cpu.isEmpty()) {
      modify(vm, "cpu", cpu);
    }
  }

  private void modify(CasVm vm, String group, Object values) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", vm.id());
    body.put("name", vm.description().getName());
    body.put(group, values);
    CasTasks.Outcome outcome =
        tasks.perform("PUT", CasPath.of("vm", "modify"), CasNode.bytes(body), () -> false);
    if (!outcome.succeeded()) {
      LOG.info("VM {}: {} stays as it is: {}", vm.label(), group, outcome.message());
    }
  }
}
