package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.rbd.jna.CephError;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.RbdImage;

/**
 * Turns errors of librados and librbd into the product's. Immutable.
 *
 * @param access the cluster
 * @param image what it is about; null while only the cluster is asked
 */
record RbdErrors(CephAccess access, RbdImage image) {

  static RbdErrors of(RbdImage image) {
    return new RbdErrors(image.cluster(), image);
  }

  DiskFailures failures() {
    return new DiskFailures(image.path(), cluster(), 0);
  }

  private String cluster() {
    return access.configuration().toString();
  }

  private String name() {
    return image == null ? cluster() : image.path();
  }

  /** For everything but the transfer of bytes. */
  BackupException asking(CephError error) {
    return switch (error.function()) {
      case "rados_conf_read_file" ->
          BackupException.of(
              ErrorCode.CEPH_CONFIGURATION_UNREADABLE,
              "file",
              cluster(),
              "function",
              error.function(),
              "errno",
              Reason.words(error.words()));
      case "rados_connect" -> connecting(error);
      case "rados_ioctx_create" ->
          error.errno() == CephError.ENOENT
              ? BackupException.of(
                  ErrorCode.CEPH_POOL_MISSING, "pool", image.pool(), "cluster", cluster())
              : other(error);
      case "rbd_open", "rbd_open_read_only" ->
          error.errno() == CephError.ENOENT ? imageMissing() : other(error);
      case "rbd_lock_acquire" ->
          error.errno() == CephError.EROFS || error.errno() == CephError.EBUSY
              ? inUse(Reason.of(ReasonCode.LOCKED_BY_ANOTHER))
              : other(error);
      default -> other(error);
    };
  }

  /** A keyring that is missing or wrong is told as anything, but never as a time-out. */
  private BackupException connecting(CephError error) {
    return switch (error.errno()) {
      case CephError.EPERM,
          CephError.EACCES,
          CephError.ENOENT,
          CephError.EINVAL,
          CephError.EOPNOTSUPP ->
          refused(error);
      default -> unreachable(error);
    };
  }

  private BackupException other(CephError error) {
    return switch (error.errno()) {
      case CephError.EPERM, CephError.EACCES -> refused(error);
      case CephError.ETIMEDOUT, CephError.ENOTCONN, CephError.ESHUTDOWN -> unreachable(error);
      default ->
          BackupException.of(
              ErrorCode.RBD_CALL_FAILED,
              "function",
              error.function(),
              "image",
              name(),
              "errno",
              Reason.words(error.words()));
    };
  }

  private BackupException refused(CephError error) {
    return BackupException.of(
        ErrorCode.CEPH_LOGIN_REFUSED,
        "cluster",
        cluster(),
        "client",
        access.clientId(),
        "function",
        error.function(),
        "image",
        name(),
        "errno",
        Reason.words(error.words()));
  }

  private BackupException unreachable(CephError error) {
    return BackupException.of(
        ErrorCode.CEPH_UNREACHABLE,
        "cluster",
        cluster(),
        "function",
        error.function(),
        "errno",
        Reason.words(error.words()));
  }

  /**
   * Nothing came back at all.
   *
   * @param function that did not, or a reason
   */
  BackupException silent(String function, long seconds) {
    return BackupException.of(
        ErrorCode.CEPH_UNREACHABLE,
        "cluster",
        cluster(),
        "function",
        function,
        "errno",
        Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", seconds));
  }

  BackupException imageMissing() {
    return BackupException.of(
        ErrorCode.RBD_IMAGE_MISSING, "pool", image.pool(), "image", image.image());
  }

  BackupException snapshotMissing(String snapshot) {
    return BackupException.of(
        ErrorCode.RBD_SNAPSHOT_MISSING,
        "pool",
        image.pool(),
        "image",
        image.image(),
        "snapshot",
        snapshot);
  }

  /**
   * Somebody else has the image open.
   *
   * @param watchers their addresses, or a reason
   */
  BackupException inUse(String watchers) {
    return BackupException.of(
        ErrorCode.RBD_IMAGE_IN_USE, "image", image.path(), "watchers", watchers);
  }

  /** A read of a range. */
  BackupException reading(CephError error, long offset, long length) {
    return passes(error.errno())
        ? failures().read(offset, length, words(error), null)
        : failures().mediumRead(offset, length, words(error), null);
  }

  /** A write, a zeroing or a flush. */
  BackupException writing(CephError error, long offset, long length) {
    return switch (error.errno()) {
      case CephError.ENOSPC, CephError.EDQUOT ->
          failures().spaceExhausted(offset, length, words(error), null);
      default ->
          passes(error.errno())
              ? failures().write(offset, length, words(error), null)
              : failures().mediumWrite(offset, length, words(error), null);
    };
  }

  /** Whether another connection may do better. */
  private static boolean passes(int errno) {
    return switch (errno) {
      case CephError.ETIMEDOUT,
          CephError.ENOTCONN,
          CephError.ESHUTDOWN,
          CephError.EAGAIN,
          CephError.EBUSY,
          CephError.EROFS,
          CephError.ECANCELED ->
          true;
      default -> !DiskFailures.stays(errno);
    };
  }

  private static String words(CephError error) {
    return Reason.of(
        ReasonCode.FUNCTION_FAILED,
        "function",
        error.function(),
        "errno",
        Reason.words(error.words()));
  }
}
