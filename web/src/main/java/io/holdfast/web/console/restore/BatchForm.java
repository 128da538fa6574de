package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreMode;
import java.util.List;
import java.util.UUID;

/** What holds for all VMs of a restore of many (CAS-14). */
public class BatchForm extends NewPlaceForm {
  private static final long serialVersionUID = 1L;

  private String storagePool = "";
  private String preallocation = "";
  private String folder = "";
  private String prefix = "";
  private String suffix = "-restored";
  private int parallelVms = OptionRange.PARALLEL_VMS.preset();
  private int vmsPerHost = OptionRange.VMS_PER_HOST.preset();

  /** The name that a VM gets. */
  String named(String vmName) {
    return prefix + vmName + suffix;
  }

  /** All disks of a restore point, to a new VM; VALUE_OUT_OF_RANGE names the field. */
  RestoreDefinition definition(RestorePoint point, String newName) {
    List<RestoreDefinition.Disk> disks =
        point.disks().stream()
            .map(
                disk ->
                    new RestoreDefinition.Disk(
                        disk.diskKey(), storagePool, preallocation, "", "", folder, ""))
            .toList();
    return new RestoreDefinition(
        UUID.fromString(point.id().value()),
        RestoreMode.NEW_VM,
        new RestoreDefinition.Target(new PlatformId(getPlatformId()), getHostId(), newName, ""),
        disks,
        List.of(),
        options(
            new RestoreDefinition.Behaviour(
                isKeepMac(), isOverwrite(), false, isStartAfter(), false, false, false),
            getTuning().hardware(),
            new Parallelism(
                parallelVms,
                vmsPerHost,
                OptionRange.DISKS_PER_VM.preset(),
                OptionRange.STREAMS_PER_DISK.preset())));
  }

  /** Storage pool of all disks; empty: each as it was. */
  public String getStoragePool() {
    return storagePool;
  }

  public void setStoragePool(String storagePool) {
    this.storagePool = text(storagePool);
  }

  public String getPreallocation() {
    return preallocation;
  }

  public void setPreallocation(String preallocation) {
    this.preallocation = text(preallocation);
  }

  /** Second-level folder of all disks; empty: none. */
  public String getFolder() {
    return folder;
  }

  public void setFolder(String folder) {
    this.folder = text(folder);
  }

  public String getPrefix() {
    return prefix;
  }

  public void setPrefix(String prefix) {
    this.prefix = text(prefix);
  }

  public String getSuffix() {
    return suffix;
  }

  public void setSuffix(String suffix) {
    this.suffix = text(suffix);
  }

  public int getParallelVms() {
    return parallelVms;
  }

  public void setParallelVms(int parallelVms) {
    this.parallelVms = parallelVms;
  }

  public int getVmsPerHost() {
    return vmsPerHost;
  }

  public void setVmsPerHost(int vmsPerHost) {
    this.vmsPerHost = vmsPerHost;
  }
}
