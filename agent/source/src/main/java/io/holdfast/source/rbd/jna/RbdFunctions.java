package io.holdfast.source.rbd.jna;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/** The functions of {@code rbd/librbd.h} that are used; names and order are the library's. */
@SuppressWarnings("checkstyle:MethodName")
final class RbdFunctions {
  private RbdFunctions() {}

  static void bind(NativeLibrary library) {
    Native.register(RbdFunctions.class, library);
  }

  /** {@code int (*cb)(uint64_t offset, size_t length, int exists, void *arg)}. */
  interface DiffCallback extends Callback {
    int callback(long offset, long length, int exists, Pointer argument);
  }

  static native void rbd_version(IntByReference major, IntByReference minor, IntByReference extra);

  // ---- open, close

  static native int rbd_open(long context, String name, LongByReference image, String snapshot);

  static native int rbd_open_read_only(
      long context, String name, LongByReference image, String snapshot);

  static native int rbd_close(long image);

  // ---- state

  static native int rbd_get_size(long image, LongByReference bytes);

  static native int rbd_get_features(long image, LongByReference features);

  static native int rbd_get_flags(long image, LongByReference flags);

  static native int rbd_get_id(long image, byte[] id, long idBytes);

  static native int rbd_get_overlap(long image, LongByReference bytes);

  static native int rbd_get_parent_info(
      long image,
      byte[] pool,
      long poolBytes,
      byte[] name,
      long nameBytes,
      byte[] snapshot,
      long snapshotBytes);

  // ---- snapshots

  // int rbd_snap_list(rbd_image_t, rbd_snap_info_t { uint64_t id, size; const char *name; } *,
  //                   int *max_snaps)
  static native int rbd_snap_list(long image, Pointer snapshots, IntByReference count);

  static native void rbd_snap_list_end(Pointer snapshots);

  static native int rbd_snap_set(long image, String snapshot);

  // ---- who else

  // int rbd_watchers_list(rbd_image_t, rbd_image_watcher_t { char *addr; int64_t id;
  //                       uint64_t cookie; } *, size_t *max_watchers)
  static native int rbd_watchers_list(long image, Pointer watchers, LongByReference count);

  static native void rbd_watchers_list_cleanup(Pointer watchers, long count);

  static native long rbd_list_lockers(
      long image,
      IntByReference exclusive,
      byte[] tag,
      LongByReference tagBytes,
      byte[] clients,
      LongByReference clientBytes,
      byte[] cookies,
      LongByReference cookieBytes,
      byte[] addresses,
      LongByReference addressBytes);

  static native int rbd_lock_acquire(long image, int mode);

  // ---- areas

  static native int rbd_diff_iterate2(
      long image,
      String fromSnapshot,
      long offset,
      long length,
      byte includeParent,
      byte wholeObject,
      DiffCallback callback,
      Pointer argument);

  // ---- requests in flight

  // int rbd_set_image_notification(rbd_image_t, int fd, int type)
  static native int rbd_set_image_notification(long image, int descriptor, int type);

  // int rbd_poll_io_events(rbd_image_t, rbd_completion_t *comps, int numcomp)
  static native int rbd_poll_io_events(long image, long completions, int count);

  static native int rbd_aio_create_completion(long argument, long callback, long completion);

  static native int rbd_aio_read(long image, long offset, long length, long into, long completion);

  static native int rbd_aio_write(long image, long offset, long length, long from, long completion);

  static native int rbd_aio_discard(long image, long offset, long length, long completion);

  static native int rbd_aio_flush(long image, long completion);

  static native int rbd_aio_wait_for_complete(long completion);

  static native long rbd_aio_get_return_value(long completion);

  static native long rbd_aio_get_arg(long completion);

  static native void rbd_aio_release(long completion);
}
