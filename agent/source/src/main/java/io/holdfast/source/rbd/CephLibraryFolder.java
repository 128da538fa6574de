package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.source.rbd.jna.CephLibraries;
import java.nio.file.Path;

/**
 * Where librados and librbd are looked for, whenever they are needed and not loaded yet: they may
 * be installed while the agent runs (AGT-06).
 *
 * @param path holds {@code librados.so} and {@code librbd.so}, or links to them (S2 3.3); what it
 *     does not hold is looked for where the system keeps its libraries
 */
record CephLibraryFolder(Path path) {
  /** System property that names the folder. */
  static final String PROPERTY = "holdfast.ceph.folder";

  private static final String DEFAULT = "/opt/holdfast/ceph/lib";

  static CephLibraryFolder configured() {
    return new CephLibraryFolder(Path.of(System.getProperty(PROPERTY, DEFAULT)));
  }

  /**
   * Loads them.
   *
   * @throws BackupException CEPH_LIBRARY_MISSING or CEPH_LIBRARY_TOO_OLD
   */
  CephLibraries libraries() {
    CephLibraries libraries;
    try {
      libraries = CephLibraries.load(path);
    } catch (UnsatisfiedLinkError missing) {
      throw BackupException.causedBy(
          missing,
          ErrorCode.CEPH_LIBRARY_MISSING,
          "file",
          "librados/librbd",
          "folder",
          path,
          "cause",
          Reason.words(String.valueOf(missing.getMessage()).lines().findFirst().orElse("")));
    }
    requireNewEnough(libraries.rbdVersion(), libraries.rbdFile());
    return libraries;
  }

  static void requireNewEnough(CephLibraries.Version version, String file) {
    if (version.compareTo(CephLibraries.OLDEST_RBD) < 0) {
      throw BackupException.of(
          ErrorCode.CEPH_LIBRARY_TOO_OLD,
          "file",
          file,
          "actual",
          version,
          "expected",
          CephLibraries.OLDEST_RBD);
    }
  }
}
