package io.holdfast.source.cvd.jna;

import io.holdfast.error.BackupException;

/**
 * What a call of the SDK failed with.
 *
 * @param function the C function
 * @param code the SDK's result, below 0
 * @param peerErrno errno of the storage at the other end, 0 when there is none
 * @param port the port that it is about, 0 when it is about none
 * @param text the SDK's words
 */
public record CvdError(String function, int code, int peerErrno, int port, String text) {
  public static final int UNREACHABLE = -1;
  public static final int REFUSED = -2;
  public static final int LOST = -3;
  public static final int IO = -4;
  public static final int NO_SPACE = -5;
  public static final int PROTOCOL = -6;
  public static final int INVALID = -7;
  public static final int MEMORY = -8;
  public static final int CANCELLED = -9;

  /** Turns an error into the product's; every call says how. */
  public interface Mapping {
    BackupException of(CvdError error);
  }
}
