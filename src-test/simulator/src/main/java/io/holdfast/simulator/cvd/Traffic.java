package io.holdfast.simulator.cvd;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of disk content that went over data ports. */
public final class Traffic {
  final AtomicLong read = new AtomicLong();
  final AtomicLong written = new AtomicLong();

  /** Bytes read from disks. */
  public long bytesRead() {
    return read.get();
  }

  /** Bytes written to disks. */
  public long bytesWritten() {
    return written.get();
  }

  /** Starts counting anew. */
  public void reset() {
    read.set(0);
    written.set(0);
  }
}
