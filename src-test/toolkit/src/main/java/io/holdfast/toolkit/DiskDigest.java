package io.holdfast.toolkit;

import io.holdfast.source.spi.DiskSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over a whole disk, as lower-case hex. */
public final class DiskDigest {
  private static final int STEP_BYTES = 1 << 20;

  private DiskDigest() {}

  /** Of a raw image file. */
  public static String of(Path raw) {
    MessageDigest digest = sha256();
    try (FileChannel file = FileChannel.open(raw)) {
      ByteBuffer step = ByteBuffer.allocate(STEP_BYTES);
      while (file.read(step.clear()) >= 0) {
        digest.update(step.flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a source, read in order. */
  public static String of(DiskSource source) {
    MessageDigest digest = sha256();
    ByteBuffer step = ByteBuffer.allocateDirect(STEP_BYTES);
    for (long at = 0; at < source.sizeBytes(); at += STEP_BYTES) {
      step.clear().limit((int) Math.min(STEP_BYTES, source.sizeBytes() - at));
      source.read(at, step).join();
      digest.update(step.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a pattern, without writing it anywhere. */
  public static String of(DiskPattern pattern) {
    MessageDigest digest = sha256();
    for (long at = 0; at < pattern.sizeBytes(); at += STEP_BYTES) {
      digest.update(pattern.bytes(at, (int) Math.min(STEP_BYTES, pattern.sizeBytes() - at)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
