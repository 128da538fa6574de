package io.holdfast.source.spi;

import java.time.Duration;

/**
 * Where a disk's bytes are to be had. Its text shows no password.
 *
 * @param scheme the {@link DiskTransport#scheme()} that can open it
 * @param host address of the data plane
 * @param port control port (cvd-sdk: 8192) or data port (nbd)
 * @param object what to open there: an NBD export name, a CVD object (see {@link CvdObject}), a
 *     file path or an {@link RbdImage}
 * @param bufferBytes size of one request, 64 KiB…8 MiB (CAS-09)
 * @param connections 1…5 connections for this disk (CAS-11)
 * @param connectTimeout 1…10 min
 * @param logLevel "message", "warning" or "error": the SDK's own log
 */
public record DiskEndpoint(
    String scheme,
    String host,
    int port,
    DiskObject object,
    int bufferBytes,
    int connections,
    Duration connectTimeout,
    String logLevel) {

  /** What is opened at the other end. */
  public sealed interface DiskObject permits NbdExport, CvdObject, LocalFile, RbdImage {}

  /**
   * An NBD export by name.
   *
   * @param keepsAllocation zeroed ranges keep the space that is reserved for them
   */
  public record NbdExport(String name, boolean keepsAllocation) implements DiskObject {

    /** An export whose zeroed ranges are given back where they can be. */
    public NbdExport(String name) {
      this(name, false);
    }
  }

  /** This endpoint for a disk whose space is reserved and stays so (CAS-14). */
  public DiskEndpoint keepingAllocation() {
    DiskObject kept =
        object instanceof NbdExport export ? new NbdExport(export.name(), true) : object;
    return new DiskEndpoint(
        scheme, host, port, kept, bufferBytes, connections, connectTimeout, logLevel);
  }

  /**
   * A virtual disk as cvd-ds knows it.
   *
   * @param vmId platform id of the VM; empty when opened by path
   * @param device vda…; empty when opened by path
   * @param snapshot snapshot name to read; empty for the live disk
   * @param path volume path on the host; empty when opened by VM and device
   * @param login account that cvd-ds asks for: that of the CVM
   */
  public record CvdObject(
      String vmId, String device, String snapshot, String path, PlatformLogin login)
      implements DiskObject {}

  /** An account and its password. Its text never shows the password. */
  public record PlatformLogin(String user, String password) {
    @Override
    public String toString() {
      return "PlatformLogin[user=" + user + "]";
    }
  }

  /** A raw image file on this host. */
  public record LocalFile(java.nio.file.Path path) implements DiskObject {}
}
