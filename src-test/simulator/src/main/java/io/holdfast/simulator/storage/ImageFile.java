package io.holdfast.simulator.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the first bytes of an image file tell: its format, virtual size in bytes, backing file
 * (empty when none) and whether it is encrypted.
 */
public record ImageFile(String format, long sizeBytes, String backing, boolean encrypted) {
  private static final int QCOW2_MAGIC = 0x514649fb;
  private static final int HEADER_BYTES = 104;

  /** Reads the header; a file that is not qcow2 is raw. */
  public static ImageFile read(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      in.read(header, 0);
      header.flip();
      if (header.remaining() < HEADER_BYTES || header.getInt(0) != QCOW2_MAGIC) {
        return new ImageFile("raw", in.size(), "", false);
      }
      String backing = "";
      if (header.getLong(8) != 0) {
        ByteBuffer name = ByteBuffer.allocate(header.getInt(16));
        in.read(name, header.getLong(8));
        backing = new String(name.array(), StandardCharsets.UTF_8);
      }
      return new ImageFile("qcow2", header.getLong(24), backing, header.getInt(32) != 0);
    }
  }
}
