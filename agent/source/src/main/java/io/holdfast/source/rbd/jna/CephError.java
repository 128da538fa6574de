package io.holdfast.source.rbd.jna;

import io.holdfast.error.BackupException;
import java.util.Map;

/**
 * What a call of librados or librbd failed with.
 *
 * @param function the C function
 * @param errno above 0
 */
public record CephError(String function, int errno) {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EIO = 5;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ERANGE = 34;
  public static final int EILSEQ = 84;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOTCONN = 107;

  /** The cluster has shut this client out ("blocklisted"): somebody broke its lock. */
  public static final int ESHUTDOWN = 108;

  public static final int ETIMEDOUT = 110;
  public static final int EDQUOT = 122;
  public static final int ECANCELED = 125;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM, not permitted"),
          Map.entry(ENOENT, "ENOENT, not found"),
          Map.entry(EIO, "EIO, input/output error"),
          Map.entry(EAGAIN, "EAGAIN, try again"),
          Map.entry(ENOMEM, "ENOMEM, out of memory"),
          Map.entry(EACCES, "EACCES, permission denied"),
          Map.entry(EBUSY, "EBUSY, in use"),
          Map.entry(EINVAL, "EINVAL, invalid argument"),
          Map.entry(ENOSPC, "ENOSPC, no space left"),
          Map.entry(EROFS, "EROFS, read-only"),
          Map.entry(EILSEQ, "EILSEQ, a letter that is not ASCII"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP, not supported"),
          Map.entry(ENOTCONN, "ENOTCONN, not connected"),
          Map.entry(ESHUTDOWN, "ESHUTDOWN, this client was shut out"),
          Map.entry(ETIMEDOUT, "ETIMEDOUT, timed out"),
          Map.entry(EDQUOT, "EDQUOT, quota exceeded"),
          Map.entry(ECANCELED, "ECANCELED, cancelled"));

  /** The errno with its name: {@code "110 (ETIMEDOUT, timed out)"}. */
  public String words() {
    String name = NAMES.get(errno);
    return name == null ? String.valueOf(errno) : errno + " (" + name + ")";
  }

  /** Turns an error into the product's; every call says how. */
  public interface Mapping {
    BackupException of(CephError error);
  }

  /** Returns a result that is no error. */
  static long check(String function, long result, Mapping errors) {
    if (result < 0) {
      throw errors.of(new CephError(function, Math.toIntExact(-result)));
    }
    return result;
  }
}
