package io.holdfast.source.rbd.jna;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The loaded librados and librbd. A process loads them once: where they were first found they are
 * used from then on. Thread-safe.
 */
public final class CephLibraries {
  /** The one that the product guide names (S2 3.3). */
  public static final Version OLDEST_RBD = new Version(1, 12, 0);

  private static final List<String> RADOS = List.of("librados.so", "librados.so.2");
  private static final List<String> RBD = List.of("librbd.so", "librbd.so.1");
  private static final Map<String, Object> OPTIONS =
      Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name());

  /** Guarded by the class. */
  private static CephLibraries loaded;

  private final String rbdFile;
  private final Version rados;
  private final Version rbd;
  private final boolean zeroes;

  private CephLibraries(String rbdFile, Version rados, Version rbd, boolean zeroes) {
    this.rbdFile = rbdFile;
    this.rados = rados;
    this.rbd = rbd;
    this.zeroes = zeroes;
  }

  /** A library's version. */
  public record Version(int major, int minor, int extra) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
      int byMajor = Integer.compare(major, other.major);
      return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + extra;
    }
  }

  /**
   * Loads both, or gives what is loaded.
   *
   * @param folder where they or links to them are; what it does not hold the system's loader finds
   * @throws UnsatisfiedLinkError when one is nowhere, is for another machine or lacks a function
   */
  public static synchronized CephLibraries load(Path folder) {
    if (loaded == null) {
      loaded = DeepStack.call(() -> found(folder));
    }
    return loaded;
  }

  private static CephLibraries found(Path folder) {
    NativeLibrary rados = library(folder, RADOS);
    NativeLibrary rbd = library(folder, RBD);
    RadosFunctions.bind(rados);
    RbdFunctions.bind(rbd);
    return new CephLibraries(
        rbd.getFile() == null ? rbd.getName() : rbd.getFile().toString(),
        version(RadosFunctions::rados_version),
        version(RbdFunctions::rbd_version),
        RbdZeroing.bind(rbd));
  }

  /** In the folder under either name, else by the loader under the name that carries the ABI. */
  private static NativeLibrary library(Path folder, List<String> names) {
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return NativeLibrary.getInstance(file.toAbsolutePath().toString(), OPTIONS);
      }
    }
    return NativeLibrary.getInstance(names.get(1), OPTIONS);
  }

  private interface Asked {
    void of(IntByReference major, IntByReference minor, IntByReference extra);
  }

  private static Version version(Asked asked) {
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    IntByReference extra = new IntByReference();
    asked.of(major, minor, extra);
    return new Version(major.getValue(), minor.getValue(), extra.getValue());
  }

  /** Where librbd was found. */
  public String rbdFile() {
    return rbdFile;
  }

  /** Version of librbd's interface. */
  public Version rbdVersion() {
    return rbd;
  }

  /** Whether a range can be zeroed in one call. */
  boolean canZero() {
    return zeroes;
  }

  /** Both versions, for support. */
  @Override
  public String toString() {
    return "librados " + rados + ", librbd " + rbd;
  }
}
