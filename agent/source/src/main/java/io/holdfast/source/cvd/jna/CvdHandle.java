package io.holdfast.source.cvd.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * An open disk. Calls block, and as many run at the same time as the disk has connections. {@link
 * #close} is the last call and must not overlap another.
 */
public final class CvdHandle {
  private final CvdSdk sdk;
  private final Pointer disk;

  CvdHandle(CvdSdk sdk, Pointer disk) {
    this.sdk = sdk;
    this.disk = disk;
  }

  /** Size in bytes. */
  public long sizeBytes() {
    return sdk.library().cvd_size(disk);
  }

  /**
   * Reads into a direct buffer's remaining range; its position stays.
   *
   * @return bytes read, possibly fewer than asked for
   */
  public long read(long offset, ByteBuffer into, CvdError.Mapping errors) {
    Pointer memory = Native.getDirectBufferPointer(into.slice());
    try {
      long result = sdk.library().cvd_pread(disk, memory, into.remaining(), offset);
      return sdk.check("cvd_pread", result, errors);
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  /**
   * Writes a direct buffer's remaining range; its position stays.
   *
   * @return bytes written, possibly fewer than asked for
   */
  public long write(long offset, ByteBuffer from, CvdError.Mapping errors) {
    Pointer memory = Native.getDirectBufferPointer(from.slice());
    try {
      long result = sdk.library().cvd_pwrite(disk, memory, from.remaining(), offset);
      return sdk.check("cvd_pwrite", result, errors);
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  /** Makes a range read as zero. */
  public void zero(long offset, long length, CvdError.Mapping errors) {
    sdk.check("cvd_zero", sdk.library().cvd_zero(disk, offset, length), errors);
  }

  /** Makes all writes that returned before durable. */
  public void flush(CvdError.Mapping errors) {
    sdk.check("cvd_flush", sdk.library().cvd_flush(disk), errors);
  }

  /** Makes running and later calls end soon with {@link CvdError#CANCELLED}. */
  public void cancel() {
    sdk.library().cvd_cancel(disk);
  }

  /** Frees the handle whatever comes of it; an error is thrown by the mapping. */
  public void close(CvdError.Mapping errors) {
    sdk.check("cvd_close", sdk.library().cvd_close(disk), errors);
  }
}
