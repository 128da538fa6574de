package io.holdfast.source.rbd.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * Asynchronous requests on one image in numbered slots, each with memory of its own that librbd
 * reads and writes. Their ends are told through an event descriptor, so that no thread of librbd
 * ever enters Java. A slot takes one request at a time; {@link #begin} may be called by any thread,
 * {@link #await} and {@link #close} by one.
 */
public final class RbdEvents implements AutoCloseable {
  private static final int TYPE_EVENT_DESCRIPTOR = 2;
  private static final int POLL_RESULT_AT = 6;
  private static final int DRAINED_AT = 8;
  private static final int ONE_AT = 16;
  private static final int MEMORY_BYTES = 24;

  private final CephLibraries libraries;
  private final RbdHandle handle;
  private final int descriptor;
  private final Slot[] slots;

  /** A poll record, where its counter is read to, and the number that wakes it. */
  private final Memory words = new Memory(MEMORY_BYTES);

  private final Memory ended;

  private RbdEvents(
      CephLibraries libraries, RbdHandle handle, int descriptor, int count, int bytes) {
    this.libraries = libraries;
    this.handle = handle;
    this.descriptor = descriptor;
    this.ended = new Memory((long) Long.BYTES * count);
    this.slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      // Not a direct buffer: those are freed when the collector comes by, and counted by the JVM.
      Memory memory = new Memory(bytes);
      slots[i] = new Slot(memory, memory.getByteBuffer(0, bytes), new Memory(Long.BYTES));
    }
    words.clear();
    words.setInt(0, descriptor);
    words.setShort(4, EventFunctions.POLL_IN);
    words.setLong(ONE_AT, 1);
  }

  private record Slot(Memory memory, ByteBuffer view, Memory completion) {}

  /** What a slot's request does. */
  public enum Kind {
    READ("rbd_aio_read"),
    WRITE("rbd_aio_write"),
    ZERO("rbd_aio_write_zeroes"),
    FLUSH("rbd_aio_flush");

    private final String function;

    Kind(String function) {
      this.function = function;
    }

    /** The C function behind it, for messages. */
    public String function() {
      return function;
    }
  }

  /** Is told of ended requests. Must not throw and must not call {@link #await}. */
  public interface Ends {
    /**
     * A slot's request has ended and the slot is free.
     *
     * @param result bytes read, 0, or minus the errno
     */
    void ended(int slot, long result);
  }

  /** Prepares an open image; the image stays the caller's to close, after this was. */
  public static RbdEvents on(
      CephLibraries libraries,
      RbdHandle handle,
      int slots,
      int slotBytes,
      CephError.Mapping errors) {
    int descriptor = EventFunctions.eventfd(0, EventFunctions.NON_BLOCKING);
    if (descriptor < 0) {
      throw errors.of(new CephError("eventfd", Math.max(1, Native.getLastError())));
    }
    int result =
        RbdFunctions.rbd_set_image_notification(handle.image(), descriptor, TYPE_EVENT_DESCRIPTOR);
    if (result < 0) {
      EventFunctions.close(descriptor);
      throw errors.of(new CephError("rbd_set_image_notification", -result));
    }
    return new RbdEvents(libraries, handle, descriptor, slots, slotBytes);
  }

  /** A slot's memory, to be touched only while no request is in it. */
  public ByteBuffer memory(int slot) {
    return slots[slot].view();
  }

  /**
   * Begins a request on a free slot.
   *
   * @return 0, or minus the errno: then nothing was begun and the slot is free
   */
  public int begin(int slot, Kind kind, long offset, long length) {
    Memory out = slots[slot].completion();
    long at = Pointer.nativeValue(out);
    int result = RbdFunctions.rbd_aio_create_completion(slot, 0, at);
    if (result < 0) {
      return result;
    }
    long completion = out.getLong(0);
    result = begin(kind, offset, length, Pointer.nativeValue(slots[slot].memory()), completion);
    if (result < 0) {
      RbdFunctions.rbd_aio_release(completion);
    }
    return result;
  }

  private int begin(Kind kind, long offset, long length, long address, long completion) {
    long image = handle.image();
    return switch (kind) {
      case READ -> RbdFunctions.rbd_aio_read(image, offset, length, address, completion);
      case WRITE -> RbdFunctions.rbd_aio_write(image, offset, length, address, completion);
      case ZERO ->
          libraries.canZero()
              ? RbdZeroing.rbd_aio_write_zeroes(image, offset, length, completion, 0, 0)
              : RbdFunctions.rbd_aio_discard(image, offset, length, completion);
      case FLUSH -> RbdFunctions.rbd_aio_flush(image, completion);
    };
  }

  /** Waits for ends, at most so long, and tells them. */
  public void await(int millis, Ends ends) {
    long at = Pointer.nativeValue(words);
    words.setShort(POLL_RESULT_AT, (short) 0);
    if (EventFunctions.poll(at, 1, millis) <= 0) {
      return;
    }
    EventFunctions.read(descriptor, at + DRAINED_AT, Long.BYTES);
    while (true) {
      int count =
          RbdFunctions.rbd_poll_io_events(handle.image(), Pointer.nativeValue(ended), slots.length);
      for (int i = 0; i < count; i++) {
        end(ended.getLong((long) i * Long.BYTES), ends);
      }
      if (count < slots.length) {
        return;
      }
    }
  }

  private static void end(long completion, Ends ends) {
    // Told a moment before the completion is complete: this waits for that moment.
    RbdFunctions.rbd_aio_wait_for_complete(completion);
    long result = RbdFunctions.rbd_aio_get_return_value(completion);
    int slot = (int) RbdFunctions.rbd_aio_get_arg(completion);
    RbdFunctions.rbd_aio_release(completion);
    ends.ended(slot, result);
  }

  /** Makes a waiting {@link #await} return. */
  public void wake() {
    EventFunctions.write(descriptor, Pointer.nativeValue(words) + ONE_AT, Long.BYTES);
  }

  /** Frees descriptor and memory. No request is in any slot, and the image is closed already. */
  @Override
  public void close() {
    EventFunctions.close(descriptor);
    for (Slot slot : slots) {
      slot.memory().close();
      slot.completion().close();
    }
    words.close();
    ended.close();
  }
}
