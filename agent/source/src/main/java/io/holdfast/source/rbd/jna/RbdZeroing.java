package io.holdfast.source.rbd.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Zeroing, which older libraries do not have; they discard with the granularity set to a byte,
 * which comes to the same.
 */
@SuppressWarnings("checkstyle:MethodName")
final class RbdZeroing {
  private static final String NAME = "rbd_aio_write_zeroes";

  private RbdZeroing() {}

  /** Binds it, if the library has it. */
  static boolean bind(NativeLibrary library) {
    try {
      library.getFunction(NAME);
    } catch (UnsatisfiedLinkError older) {
      return false;
    }
    Native.register(RbdZeroing.class, library);
    return true;
  }

  // int rbd_aio_write_zeroes(rbd_image_t, uint64_t off, size_t len, rbd_completion_t c,
  //                          int zero_flags, int op_flags)
  static native int rbd_aio_write_zeroes(
      long image, long offset, long length, long completion, int zeroFlags, int operationFlags);
}
