package io.holdfast.platform.spi;

/**
 * What a restored VM is compared by with the one that was backed up (CAS-19). The words are in the
 * bundle {@code terms} under {@code property.<name>}.
 */
public enum VmProperty {
  FIRMWARE,
  NVRAM,
  BOOT_ORDER,
  CPU_SOCKETS,
  CPU_CORES,
  CPU_MODE,
  MEMORY_MIB,
  NAME,
  HOST,
  MAC,
  VSWITCH,
  NETWORK_PROFILE,
  NETWORK_CARDS,
  VNC_PASSWORD,
  DISK_MODE,
  DISK_SIZE,
  DISK_FORMAT,
  DISK_POOL,
  DISK_BUS,
  DISK_DEVICE,
  PREALLOCATION,
  BACKING_CHAIN,
  DISK,
  SNAPSHOTS
}
