package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * The allowed values of a whole-number option; screens show the same bounds that are enforced.
 *
 * @param field name as in REST
 * @param min smallest allowed value
 * @param max largest allowed value
 * @param preset value of a new policy
 */
public record OptionRange(String field, int min, int max, int preset) {
  /** OPT-03. */
  public static final OptionRange PARALLEL_VMS = new OptionRange("parallelVms", 1, 32, 2);

  /** OPT-04. */
  public static final OptionRange VMS_PER_HOST = new OptionRange("vmsPerHost", 1, 10, 2);

  /** OPT-05. */
  public static final OptionRange DISKS_PER_VM = new OptionRange("disksPerVm", 1, 5, 1);

  /** OPT-06. */
  public static final OptionRange STREAMS_PER_DISK = new OptionRange("streamsPerDisk", 1, 5, 1);

  /** OPT-08. */
  public static final OptionRange RECONNECT_MINUTES =
      new OptionRange("reconnectMinutes", 1, 60, 10);

  /** OPT-09, MiB per VM. */
  public static final OptionRange RESUME_BUFFER_MIB =
      new OptionRange("resumeBufferMib", 1, 256, 10);

  /** OPT-01, level of adjustable compression: 1 is fast, 19 small. */
  public static final OptionRange COMPRESSION_LEVEL = new OptionRange("compressionLevel", 1, 19, 3);

  /** Largest span of one extent, bytes (AGT-08). */
  public static final OptionRange TRANSFER_BYTES =
      new OptionRange("transferBytes", 1 << 20, 32 << 20, 4 << 20);

  /** OPT-07, percent; 0: not looked at. */
  public static final OptionRange RESERVE_PERCENT = new OptionRange("reservePercent", 0, 99, 10);

  /** OPT-07, GiB; 0: not looked at. */
  public static final OptionRange RESERVE_GIB = new OptionRange("reserveGib", 0, 1 << 20, 500);

  /** OPT-14. */
  public static final OptionRange RETRY_TIMES = new OptionRange("retryTimes", 0, 10, 3);

  /** OPT-14, minutes. */
  public static final OptionRange RETRY_MINUTES = new OptionRange("retryMinutes", 0, 120, 10);

  /** OPT-15. */
  public static final OptionRange PLATFORM_RETRIES = new OptionRange("platformRetries", 0, 100, 15);

  /** OPT-18, CAS-17, seconds. */
  public static final OptionRange SHUTDOWN_SECONDS =
      new OptionRange("shutdownSeconds", 10, 1800, 10);

  /** CAS-05, seconds a guest may stay frozen. */
  public static final OptionRange FREEZE_SECONDS = new OptionRange("freezeSeconds", 5, 300, 30);

  /** CAS-14, sockets of a new VM; 0: as it was. */
  public static final OptionRange CPU_SOCKETS = new OptionRange("cpuSockets", 0, 64, 0);

  /** CAS-14, cores a socket of a new VM; 0: as it was. */
  public static final OptionRange CPU_CORES = new OptionRange("cpuCores", 0, 64, 0);

  /** CAS-14, MiB of a new VM; 0: as it was. */
  public static final OptionRange MEMORY_MIB = new OptionRange("memoryMib", 0, 4 << 20, 0);

  /** CAS-09, bytes; powers of two only. */
  public static final OptionRange BUFFER_BYTES =
      new OptionRange("bufferBytes", 64 << 10, 8 << 20, 1 << 20);

  /** CAS-09, seconds. */
  public static final OptionRange CONNECT_TIMEOUT_SECONDS =
      new OptionRange("connectTimeoutSeconds", 60, 600, 600);

  /**
   * Refuses a value outside the range, or one that is no power of two.
   *
   * @throws BackupException VALUE_OUT_OF_RANGE, INVALID_VALUE
   */
  public int checkPowerOfTwo(int value) {
    check(value);
    if (Integer.bitCount(value) != 1) {
      StringBuilder allowed = new StringBuilder();
      for (int size = min; size <= max; size *= 2) {
        allowed.append(allowed.isEmpty() ? "" : " | ").append(size);
      }
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", allowed);
    }
    return value;
  }

  /**
   * Refuses a value outside the range.
   *
   * @throws BackupException VALUE_OUT_OF_RANGE naming field, value and range
   */
  public int check(int value) {
    if (value < min || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", min, "max", max);
    }
    return value;
  }
}
