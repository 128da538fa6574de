package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.LimitedOpening;
import io.holdfast.source.rbd.jna.CephConnection;
import io.holdfast.source.rbd.jna.CephLibraries;
import io.holdfast.source.rbd.jna.RbdEvents;
import io.holdfast.source.rbd.jna.RbdHandle;
import io.holdfast.source.rbd.jna.RbdHandle.Watcher;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import io.holdfast.source.spi.RbdImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens RBD images (HIK-03). An image is written only when nobody else has it open: watchers and
 * locks are looked at before, the exclusive lock is taken and kept where the image has one, and
 * watchers are looked at again. Thread-safe.
 */
public final class RbdDiskTransport implements DiskTransport {
  private static final int MIN_BUFFER_BYTES = 64 << 10;
  private static final int MAX_BUFFER_BYTES = 8 << 20;
  private static final int MAX_CONNECTIONS = 5;
  private static final int REQUESTS_PER_CONNECTION = 16;
  private static final int MAX_MEMORY_BYTES = 64 << 20;

  private final CephLibraryFolder folder;
  private final RbdLimits limits;

  /** Looks for the libraries where the property {@code holdfast.ceph.folder} says. */
  public RbdDiskTransport() {
    this(CephLibraryFolder.configured(), RbdLimits.standard());
  }

  /** Looks for the libraries in a folder. */
  public RbdDiskTransport(Path libraryFolder) {
    this(new CephLibraryFolder(libraryFolder), RbdLimits.standard());
  }

  RbdDiskTransport(CephLibraryFolder folder, RbdLimits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  @Override
  public String scheme() {
    return "rbd";
  }

  @Override
  public Availability availability() {
    try {
      CephLibraries libraries = folder.libraries();
      int hanging = RbdRequests.hanging();
      return new Availability(
          hanging < limits.hanging(),
          libraries
              + ", "
              + libraries.rbdFile()
              + (hanging == 0 ? "" : ", requests that hang: " + hanging));
    } catch (BackupException missing) {
      return new Availability(false, missing.getMessage());
    }
  }

  @Override
  public DiskSource openForReading(DiskEndpoint endpoint) {
    return open(endpoint, false);
  }

  /**
   * Opens for writing.
   *
   * @throws BackupException also RBD_IMAGE_IN_USE with the addresses of those who use it; a
   *     snapshot is refused with INVALID_VALUE
   */
  @Override
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    return open(endpoint, true);
  }

  private RbdDisk open(DiskEndpoint endpoint, boolean forWriting) {
    if (!(endpoint.object() instanceof RbdImage image)) {
      throw DiskFailures.wrongObject(endpoint);
    }
    requireWithin("bufferBytes", endpoint.bufferBytes(), MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
    requireWithin("connections", endpoint.connections(), 1, MAX_CONNECTIONS);
    if (forWriting && !image.snapshot().isEmpty()) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "snapshot",
          "value",
          image.snapshot(),
          "expected",
          Reason.of(ReasonCode.LIVE_IMAGE));
    }
    RbdErrors errors = RbdErrors.of(image);
    if (RbdRequests.hanging() >= limits.hanging()) {
      throw errors.silent(
          Reason.of(ReasonCode.REQUESTS_HANG, "count", RbdRequests.hanging()),
          limits.drain().toSeconds());
    }
    CephLibraries libraries = folder.libraries();
    CephAccess access = image.cluster();
    Duration limit = access.connectTimeout().plus(limits.opening());
    return new LimitedOpening(
            "rbd-open " + image.path(),
            limit,
            "librbd",
            () -> errors.silent("rbd_open", limit.toSeconds()))
        .open(() -> opened(libraries, endpoint, image, forWriting), RbdDisk::close);
  }

  private RbdDisk opened(
      CephLibraries libraries, DiskEndpoint endpoint, RbdImage image, boolean forWriting) {
    RbdErrors errors = RbdErrors.of(image);
    CephConnection connection = CephConnection.open(libraries, image.cluster(), errors::asking);
    try {
      RbdHandle handle =
          forWriting
              ? openedAlone(connection, image, errors)
              : Snapshots.open(connection, image, errors);
      try {
        int bytes = endpoint.bufferBytes();
        int slots =
            Math.min(endpoint.connections() * REQUESTS_PER_CONNECTION, MAX_MEMORY_BYTES / bytes);
        long size = handle.sizeBytes(errors::asking);
        RbdEvents events = RbdEvents.on(libraries, handle, slots, bytes, errors::asking);
        return new RbdDisk(
            new RbdDisk.Opened(connection, handle, size, events, slots, () -> areas(image)),
            errors,
            bytes,
            image.cluster().operationTimeout(),
            limits);
      } catch (RuntimeException | Error failure) {
        handle.close();
        throw failure;
      }
    } catch (RuntimeException | Error failure) {
      connection.close();
      throw failure;
    }
  }

  /**
   * Where an image holds data. The object map of the live image is believed: librbd itself reads by
   * it.
   */
  private ExtentMap areas(RbdImage image) {
    return new RbdStorage(folder).allocatedAreas(image, CephStorage.Search.BY_OBJECT_MAP).map();
  }

  private static RbdHandle openedAlone(
      CephConnection connection, RbdImage image, RbdErrors errors) {
    // Opening for writing may break a lock, so this is asked without.
    try (RbdHandle looked = connection.open(image, false, errors::asking)) {
      requireUnused(looked, watcher -> true, errors);
    }
    RbdHandle handle = connection.open(image, true, errors::asking);
    try {
      if ((handle.features(errors::asking) & RbdHandle.FEATURE_EXCLUSIVE_LOCK) != 0) {
        handle.lock(errors::asking);
      }
      long us = connection.clientNumber();
      requireUnused(handle, watcher -> watcher.clientNumber() != us, errors);
      return handle;
    } catch (RuntimeException | Error failure) {
      handle.close();
      throw failure;
    }
  }

  private static void requireUnused(
      RbdHandle handle, Predicate<Watcher> another, RbdErrors errors) {
    List<String> users =
        Stream.concat(
                handle.watchers(errors::asking).stream().filter(another).map(Watcher::address),
                handle.lockedByHand(errors::asking).stream())
            .distinct()
            .toList();
    if (!users.isEmpty()) {
      throw errors.inUse(users.stream().collect(Collectors.joining(", ")));
    }
  }

  private static void requireWithin(String field, int value, int from, int to) {
    if (value < from || value > to) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", from, "max", to);
    }
  }
}
