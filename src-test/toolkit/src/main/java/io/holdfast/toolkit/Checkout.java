package io.holdfast.toolkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the project's own programs lie. */
public final class Checkout {
  private static final String LAUNCHERS = "ear/bin";

  private Checkout() {}

  /**
   * The launcher's folder, above the folder that tests run in or above this class's archive.
   *
   * @throws IllegalStateException when there is none
   */
  public static Path launchers() {
    String archive = Checkout.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    for (Path from : List.of(Path.of("").toAbsolutePath(), Path.of(archive))) {
      for (Path at = from; at != null; at = at.getParent()) {
        Path bin = at.resolve(LAUNCHERS);
        if (Files.isExecutable(bin.resolve("ceph-bed"))) {
          return bin;
        }
      }
    }
    throw new IllegalStateException(LAUNCHERS + " was not found above the working folder");
  }

  /** The checkout. */
  public static Path root() {
    return launchers().getParent().getParent();
  }
}
