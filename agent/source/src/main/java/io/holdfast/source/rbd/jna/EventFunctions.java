package io.holdfast.source.rbd.jna;

import com.sun.jna.Native;

/** The C library's functions around an event descriptor. */
final class EventFunctions {
  static final int NON_BLOCKING = 0x800;
  static final short POLL_IN = 1;

  static {
    Native.register(EventFunctions.class, "c");
  }

  private EventFunctions() {}

  static native int eventfd(int initial, int flags);

  static native int poll(long descriptors, long count, int timeoutMillis);

  static native long read(int descriptor, long into, long length);

  static native long write(int descriptor, long from, long length);

  static native int close(int descriptor);
}
