package io.holdfast.server.restore;

/** Where a restore goes. */
public enum RestoreMode {
  /** Over the VM it was taken from (CAS-13). */
  ORIGINAL_VM,
  /** To a new VM (CAS-14). */
  NEW_VM,
  /** Into the disks they were taken from (CAS-17). */
  ORIGINAL_DISK,
  /** To new disks attached to a chosen VM (CAS-17). */
  NEW_DISK,
  /** Over disks that a chosen VM has (HIK-04). */
  EXISTING_DISK
}
