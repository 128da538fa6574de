package io.holdfast.platform.h3ccas.rest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of CAS's {@code Error-Code}. Those with [P] were seen in public sources, those with [INF]
 * are assumed; both are nowhere else in the driver.
 */
public final class PlatformCode {
  /** [P] Unknown error or a wrong parameter. */
  public static final int UNKNOWN = 11;

  /** [P] */
  public static final int HOST_POOL_MISSING = 304;

  /** [P] */
  public static final int HOST_MISSING = 402;

  /** [P] */
  public static final int VSWITCH_MISSING = 603;

  /** [P] */
  public static final int VM_MISSING = 1001;

  /** [P] */
  public static final int VM_EXISTS = 1002;

  /** [INF] The VM's state does not allow it. */
  public static final int VM_STATE = 1005;

  /** [INF] */
  public static final int VM_MIGRATING = 1006;

  /** [INF number, P idea] Busy with another transaction: try again. */
  public static final int BUSY = 1007;

  /** [INF] */
  public static final int SNAPSHOT_MISSING = 1010;

  /** [INF] */
  public static final int SNAPSHOT_EXISTS = 1011;

  /** [INF] */
  public static final int SNAPSHOT_KIND = 1012;

  /** [INF] A device is missing, or taken. */
  public static final int DEVICE = 1020;

  /** [INF] */
  public static final int POOL_MISSING = 1301;

  /** [INF] */
  public static final int POOL_FULL = 1302;

  /** [INF] A volume or folder of this name exists. */
  public static final int VOLUME_EXISTS = 1303;

  /** [INF] */
  public static final int VOLUME_MISSING = 1304;

  /** [INF] */
  public static final int VOLUME_NAME = 1305;

  /** [INF] The format is not allowed on this kind of pool. */
  public static final int VOLUME_FORMAT = 1306;

  /** [INF] */
  public static final int VOLUME_IN_USE = 1307;

  /** [INF] Volumes cannot be created on this kind of pool. */
  public static final int VOLUME_FIXED = 1308;

  /** [INF] */
  public static final int PROFILE_MISSING = 1401;

  /** [INF] Changed block tracking is not supported. */
  public static final int TRACKING_UNSUPPORTED = 9101;

  /** [INF] Tracking data is lost: power cycled, migrated, reverted. */
  public static final int TRACKING_INVALID = 9102;

  /** [INF] */
  public static final int TRACKING_POINT_UNKNOWN = 9103;

  /** [INF] Valid data cannot be told. */
  public static final int VALID_DATA_UNAVAILABLE = 9110;

  private static final Pattern TRAILING = Pattern.compile("[(（](\\d{1,5})[)）][。.\\s]*$");

  private PlatformCode() {}

  /** The number a task's failure text ends in [INF]; {@link #UNKNOWN} when it has none. */
  public static int ofFailureText(String text) {
    Matcher matcher = TRAILING.matcher(text);
    if (matcher.find()) {
      return Integer.parseInt(matcher.group(1));
    }
    return soundsBusy(text) ? BUSY : UNKNOWN;
  }

  /** [P] A failed task says in words that the host is busy and to try again later. */
  static boolean soundsBusy(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return text.contains("正忙") || text.contains("稍后重试") || lower.contains("busy");
  }
}
