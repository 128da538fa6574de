package io.holdfast.source.file.jna;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.nio.file.Path;

/**
 * {@code fallocate(2)} with FALLOC_FL_PUNCH_HOLE on one file: the range reads as zero and takes no
 * space. Linux only, and not on every file system: the caller must expect "no" and write zeros.
 * Thread-safe.
 */
public final class HolePunch implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;

  private final LibC libc;
  private int descriptor;

  private HolePunch(LibC libc, int descriptor) {
    this.libc = libc;
    this.descriptor = descriptor;
  }

  /** Opens the file a second time for this purpose; where that cannot work, every punch says no. */
  public static HolePunch on(Path file) {
    if (!Platform.isLinux() || !Platform.is64Bit()) {
      return new HolePunch(null, -1);
    }
    try {
      LibC libc = Native.load(Platform.C_LIBRARY_NAME, LibC.class);
      return new HolePunch(libc, libc.open(file.toString(), O_RDWR | O_CLOEXEC));
    } catch (LastErrorException | UnsatisfiedLinkError notHere) {
      return new HolePunch(null, -1);
    }
  }

  /** Whether the range was given back; when not, nothing has changed. */
  public synchronized boolean punch(long offset, long length) {
    if (descriptor < 0) {
      return false;
    }
    try {
      libc.fallocate(descriptor, PUNCH_HOLE | KEEP_SIZE, offset, length);
      return true;
    } catch (LastErrorException unsupported) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    if (descriptor >= 0) {
      libc.close(descriptor);
      descriptor = -1;
    }
  }

  /** The calls; an error number comes as {@link LastErrorException}. */
  interface LibC extends Library {
    int open(String path, int flags) throws LastErrorException;

    int fallocate(int descriptor, int mode, long offset, long length) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }
}
