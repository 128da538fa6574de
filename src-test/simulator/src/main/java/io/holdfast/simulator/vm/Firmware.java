package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The variables (NVRAM) of VMs with UEFI firmware: a file beside the VM's first disk. SIM-02; that
 * CAS keeps them so is our assumption.
 */
public final class Firmware {
  private static final String PLACEHOLDER = "NVRAM of ";
  private static final long DEFAULT_BYTES = 528 << 10;

  private final StateStore store;
  private final Volumes volumes;

  public Firmware(StateStore store, Volumes volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  /**
   * Makes the variables of a VM: a copy of the template its guest boots with, else a file that
   * names the VM, so that a test can tell whose it is.
   */
  public void createVariables(Vm vm) throws IOException {
    if (vm.disks.isEmpty() || !vm.nvram.isEmpty()) {
      return;
    }
    String disk = vm.disks.get(0).path();
    String path =
        disk.substring(0, disk.lastIndexOf('/') + 1) + Volumes.safeName(vm.name) + "_VARS.fd";
    Path file = volumes.file(vm.hostId, path);
    if (!Files.exists(file)) {
      if (vm.boot != null && !vm.boot.variables.isEmpty()) {
        Files.copy(Path.of(vm.boot.variables), file);
      } else {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
          out.write((PLACEHOLDER + vm.uuid + "\n").getBytes(StandardCharsets.UTF_8));
          out.setLength(DEFAULT_BYTES);
        }
      }
    }
    store.change(s -> vm.nvram = path);
  }

  /** Gives a VM whose guest is to boot by UEFI fresh variables, unless a guest's are there. */
  public void prepareGuest(Vm vm) throws IOException {
    if (vm.nvram.isEmpty() || vm.boot == null || vm.boot.variables.isEmpty()) {
      return;
    }
    Path file = volumes.file(vm.hostId, vm.nvram);
    if (Files.exists(file) && !isPlaceholder(file)) {
      return;
    }
    Files.copy(Path.of(vm.boot.variables), file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isPlaceholder(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(PLACEHOLDER.length()), StandardCharsets.UTF_8)
          .equals(PLACEHOLDER);
    }
  }

  /** Changes the firmware of a VM that is shut off; its variables go or come with it. */
  public void change(Vm vm, String kind) throws IOException {
    if (!kind.equals("BIOS") && !kind.equals("UEFI")) {
      throw new CasException(CasException.UNKNOWN, "引导固件无效：" + kind);
    }
    if (kind.equals(vm.bios)) {
      return;
    }
    Machines.requireStatus(vm, io.holdfast.simulator.state.VmStatus.SHUT_OFF);
    store.change(s -> vm.bios = kind);
    if (kind.equals("UEFI")) {
      createVariables(vm);
    } else if (!vm.nvram.isEmpty()) {
      volumes.delete(vm.hostId, vm.nvram);
      store.change(s -> vm.nvram = "");
    }
  }
}
