package io.holdfast.toolkit.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** The kernel's initial file system: a cpio archive of the "newc" kind. One thread. */
final class CpioArchive {
  private static final int FOLDER = 0040755;
  private static final int PROGRAM = 0100755;
  private static final int ALIGNMENT = 4;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode;

  /** Adds a folder; those above it come first. */
  CpioArchive folder(String name) {
    entry(name, FOLDER, new byte[0]);
    return this;
  }

  /** Adds a file that may be run. */
  CpioArchive program(String name, byte[] content) {
    entry(name, PROGRAM, content);
    return this;
  }

  /** Writes all of it, compressed; nothing may be added afterwards. */
  void write(Path file) throws IOException {
    entry("TRAILER!!!", 0, new byte[0]);
    try (var packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.writeTo(packed);
    }
  }

  private void entry(String name, int mode, byte[] content) {
    int[] fields = {
      ++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0,
    };
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format("%08X", field));
    }
    out.writeBytes((header + name + '\0').getBytes(StandardCharsets.US_ASCII));
    align();
    out.writeBytes(content);
    align();
  }

  private void align() {
    while (out.size() % ALIGNMENT != 0) {
      out.write(0);
    }
  }
}
