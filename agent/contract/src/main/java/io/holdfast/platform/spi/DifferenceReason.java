package io.holdfast.platform.spi;

/**
 * Why a restored VM is not as it was (CAS-19). The words are in the bundle {@code terms} under
 * {@code reason.<name>}.
 */
public enum DifferenceReason {
  ASKED,
  PLATFORM_KEEPS_OTHER,
  PLATFORM_ASSIGNS,
  CANNOT_BE_READ,
  RESTORED_FLAT,
  NOT_CHOSEN,
  REMOVED,
  NOT_IN_BACKUP,
  DEPENDENT_AFTER_RESTORE,
  ARM_PASSTHROUGH,
  NEW_PATH,
  BOOTS_OTHERWISE
}
