package io.holdfast.simulator.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything the simulated CAS remembers. A plain tree of mutable records that Jackson writes and
 * reads; access is guarded by {@link StateStore}. What only QEMU's memory knows (bitmaps that are
 * recording) is not here. SIM-01.
 */
public final class CasState {
  public int nextVmId = 1;
  public int nextSnapshotId = 1;
  public int nextMac = 0x10;
  public long lastMsgId;
  public String release = "";
  public String arch = "x86_64";
  public boolean secondLevelFolders = true;

  /** Whether new VMs and changes may choose the firmware; if not, the wish is ignored. */
  public boolean keepsFirmware = true;

  public List<HostPool> hostPools = new ArrayList<>();
  public List<Cluster> clusters = new ArrayList<>();
  public List<Host> hosts = new ArrayList<>();
  public List<StoragePool> pools = new ArrayList<>();
  public List<VirtualSwitch> switches = new ArrayList<>();
  public List<Profile> profiles = new ArrayList<>();
  public List<Vm> vms = new ArrayList<>();
  public List<TaskRecord> tasks = new ArrayList<>();

  /** The VM of this id. */
  public Optional<Vm> vm(int id) {
    return vms.stream().filter(v -> v.id == id).findFirst();
  }

  /** The release this host runs. */
  public Release release(Host host) {
    return Release.of(host.release.isEmpty() ? release : host.release);
  }

  /** The processor architecture of this host, {@code x86_64} or {@code aarch64}. */
  public String arch(Host host) {
    return host.arch.isEmpty() ? arch : host.arch;
  }

  /** The host of this id. */
  public Optional<Host> host(int id) {
    return hosts.stream().filter(h -> h.id == id).findFirst();
  }

  /** The pool of this name that the host sees. */
  public Optional<StoragePool> pool(int hostId, String name) {
    return pools.stream().filter(p -> p.name.equals(name) && p.seenBy(hostId)).findFirst();
  }

  /** A group of clusters and hosts. */
  public static final class HostPool {
    public int id;
    public String name;
  }

  /** A cluster of hosts. */
  public static final class Cluster {
    public int id;
    public String name;
    public int hostPoolId;
  }

  /** One CVK host. Its {@code ip} is a loopback address. */
  public static final class Host {
    public int id;
    public String name;
    public String ip;
    public int hostPoolId;
    public int clusterId;
    public long memoryMegabytes;
    public int cpuCount;
    public String model;
    public String release = "";
    public String arch = "";
    public boolean failed;
  }

  /** A storage pool. {@code hostId} 0 means all hosts share it. */
  public static final class StoragePool {
    public String name;
    public String title;
    public String type;
    public int hostId;
    public String folder;
    public long totalMegabytes;

    /** Free space to show instead of what the files leave; negative for none. */
    public long shownFreeMegabytes = -1;

    public boolean stopped;

    /** Whether the host can reach this pool. */
    public boolean seenBy(int host) {
      return hostId == 0 || hostId == host;
    }

    /** Whether volumes are files that may be created, qcow2 allowed. */
    public boolean holdsFiles() {
      return type.equals("dir") || type.equals("fs") || type.equals("netfs");
    }
  }

  /** A virtual switch of one host, with the host's address in that network. */
  public static final class VirtualSwitch {
    public int id;
    public String name;
    public int hostId;
    public String address;
    public int networkType;
    public String pnic;
    public boolean unreachable;
  }

  /** A network policy template. */
  public static final class Profile {
    public int id;
    public String name;
    public int vlanId;
  }

  /** A virtual machine. */
  public static final class Vm {
    public int id;

    /** Names the VM's QEMU and files for ever; {@code id} may change. 0 means the id itself. */
    public int key;

    public String uuid;
    public String name;
    public String title = "";
    public String description = "";
    public int hostId;
    public int status = VmStatus.SHUT_OFF;
    public boolean migrating;
    public long pid;
    public int memoryMegabytes = 1024;
    public int cpuSockets = 1;
    public int cpuCores = 1;
    public String cpuMode = "custom";
    public String osBit = "x86_64";
    public String osVersion = "";
    public int system = 1;
    public String bios = "BIOS";
    public long shutdownMillis = -1;
    public boolean shutdownRefused;
    public int nextLayer;

    /** Running on paper only: a QEMU is started when one is needed. */
    public boolean lazy;

    public boolean hibernated;
    public boolean recycled;
    public boolean protectedFromDeletion;
    public String vncPassword = "";
    public String nvram = "";
    public List<String> bootOrder = new ArrayList<>();
    public Boot boot;
    public List<Nic> nics = new ArrayList<>();
    public List<Disk> disks = new ArrayList<>();
    public List<Snapshot> snapshots = new ArrayList<>();
    public Snapshot pendingSnapshot;

    /** What never changes, even when the VM is registered anew. */
    public int permanentKey() {
      return key == 0 ? id : key;
    }

    /** The disk behind this device name. */
    public Optional<Disk> disk(String device) {
      return disks.stream().filter(d -> d.device.equals(device)).findFirst();
    }

    /** The snapshot of this name. */
    public Optional<Snapshot> snapshot(String snapshotName) {
      return snapshots.stream().filter(s -> s.name.equals(snapshotName)).findFirst();
    }
  }

  /** What a VM with a real guest needs to boot; empty texts where it boots from its disks. */
  public static final class Boot {
    public String kernel = "";
    public String initrd = "";
    public String append = "";
    public String firmware = "";
    public String variables = "";
  }

  /** A network card. */
  public static final class Nic {
    public String mac;
    public int vsId;
    public int profileId;
    public String deviceModel = "virtio";
    public String ipAddr = "";
  }

  /** A virtual disk: the file it was created with, and overlays of external snapshots above it. */
  public static final class Disk {
    public String device;
    public String targetBus = "virtio";
    public String cacheType = "directsync";
    public String diskMode = "subordinate";
    public String poolName;
    public String poolType = "";
    public String format;
    public String serial = "";
    public long sizeBytes;
    public int mode;
    public boolean block;
    public boolean encrypted;
    public String backingStore = "";

    /** Added to a running VM on a bus without hot plug: its guest has it from the next start on. */
    public boolean afterRestart;

    /** Names of the files below the first layer, which belong to the chain too. */
    public List<String> bases = new ArrayList<>();

    public List<Layer> layers = new ArrayList<>();

    /** Whether snapshots of the dependent kind take this disk. */
    public boolean dependent() {
      return diskMode.equals("subordinate");
    }

    /** The layer the guest writes. */
    public Layer top() {
      return layers.get(layers.size() - 1);
    }

    /** The platform's path of the file the disk was created with. */
    public String path() {
      return layers.get(0).path;
    }
  }

  /** One file of a disk's chain; {@code number} is unique within the VM and names the QEMU node. */
  public static final class Layer {
    public int number;
    public String path;
    public String format;

    /** QEMU's node name. */
    public String node() {
      return "l" + number;
    }
  }

  /** A snapshot of a VM. */
  public static final class Snapshot {
    public int id;
    public String name;
    public String title = "";
    public String description = "";
    public String creationTime;
    public String status;
    public boolean external;
    public String parent = "";
    public boolean memory;
    public long timeoutMillis = 600_000;
    public String memoryFile = "";
    public List<SnapshotDisk> disks = new ArrayList<>();

    /** The part of the snapshot that belongs to this device. */
    public Optional<SnapshotDisk> disk(String device) {
      return disks.stream().filter(d -> d.device.equals(device)).findFirst();
    }
  }

  /** One disk in a snapshot: which file holds it, and which tracking point it marked. */
  public static final class SnapshotDisk {
    public String device;
    public String path;
    public long sizeBytes;
    public String bitmapId;
    public Layer overlay;

    /** A whole copy of the disk, as block storage keeps it; empty for other kinds. */
    public String copy = "";
  }

  /** A task as clients see it. */
  public static final class TaskRecord {
    public long msgId;
    public String name;
    public int eventType;
    public long targetId;
    public String targetName;
    public String detail = "";
    public boolean completed;
    public int result;
    public int progress;
    public String failMsg = "";
    public String start;
    public String complete;
    public List<String[]> refreshData = new java.util.concurrent.CopyOnWriteArrayList<>();
  }
}
