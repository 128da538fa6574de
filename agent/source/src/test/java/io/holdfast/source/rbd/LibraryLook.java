package io.holdfast.source.rbd;

import io.holdfast.source.spi.DiskTransport.Availability;
import java.nio.file.Path;

/** A process of its own, for a process loads the libraries once: says what a folder gives. */
final class LibraryLook {
  private LibraryLook() {}

  /** Prints whether they can be used and the detail. */
  public static void main(String[] folder) {
    Availability found = new RbdDiskTransport(Path.of(folder[0])).availability();
    System.out.println(found.available() + " " + found.detail());
  }
}
