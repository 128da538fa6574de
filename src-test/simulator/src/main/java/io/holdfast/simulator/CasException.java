package io.holdfast.simulator;

/**
 * A refusal as CAS says it: a number and a Chinese sentence, sent as HTTP 409 or as the failure of
 * a task.
 */
public final class CasException extends RuntimeException {
  public static final int UNKNOWN = 11;
  public static final int NO_HOST_POOL = 304;
  public static final int NO_HOST = 402;
  public static final int NO_SWITCH = 603;
  public static final int NO_VM = 1001;
  public static final int VM_EXISTS = 1002;
  public static final int WRONG_STATE = 1005;
  public static final int MIGRATING = 1006;
  public static final int BUSY = 1007;
  public static final int PROTECTED = 1008;
  public static final int NO_SNAPSHOT = 1010;
  public static final int SNAPSHOT_EXISTS = 1011;
  public static final int SNAPSHOT_UNSUPPORTED = 1012;
  public static final int DEVICE = 1020;
  public static final int NO_POOL = 1301;
  public static final int POOL_FULL = 1302;
  public static final int VOLUME_EXISTS = 1303;
  public static final int NO_VOLUME = 1304;
  public static final int BAD_NAME = 1305;
  public static final int BAD_FORMAT = 1306;
  public static final int VOLUME_IN_USE = 1307;
  public static final int NOT_CREATABLE = 1308;
  public static final int NO_PROFILE = 1401;
  public static final int CBT_UNSUPPORTED = 9101;
  public static final int CBT_INVALID = 9102;
  public static final int CBT_UNKNOWN = 9103;
  public static final int NO_VALID_DATA = 9110;

  private final int code;

  public CasException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** CAS's number. */
  public int code() {
    return code;
  }
}
