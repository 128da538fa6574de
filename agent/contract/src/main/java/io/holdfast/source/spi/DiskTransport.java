package io.holdfast.source.spi;

/**
 * Opens disks of one kind of endpoint. Implementations: the CVD-SDK, plain NBD, a file, RBD.
 * Thread-safe.
 */
public interface DiskTransport {

  /** "cvd-sdk", "nbd", "file" or "rbd": what {@link DiskEndpoint#scheme()} names. */
  String scheme();

  /**
   * Whether it can work on this host, and if not what is missing and where it was looked for
   * (AGT-06).
   */
  Availability availability();

  /**
   * Opens for reading.
   *
   * @throws io.holdfast.error.BackupException DATA_PORT_UNREACHABLE naming host and port,
   *     NATIVE_LIBRARY_MISSING naming file and folder, DISK_OPEN_REFUSED with the peer's words
   */
  DiskSource openForReading(DiskEndpoint endpoint);

  /** Opens for writing; same errors. */
  DiskTarget openForWriting(DiskEndpoint endpoint);

  /**
   * @param available whether the transport can work
   * @param detail version found, or what is missing and where it was looked for
   */
  record Availability(boolean available, String detail) {}
}
