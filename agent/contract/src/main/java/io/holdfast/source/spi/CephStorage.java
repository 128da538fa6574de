package io.holdfast.source.spi;

import io.holdfast.model.ExtentMap;
import java.util.List;
import java.util.Optional;

/**
 * What a Ceph cluster tells of itself and of its images. Only reads; a client that may only read
 * can ask all of it. Every call connects anew and leaves nothing open. Thread-safe.
 *
 * <p>Errors are {@link io.holdfast.error.BackupException}s: CEPH_LIBRARY_MISSING and _TOO_OLD,
 * CEPH_CONFIGURATION_UNREADABLE, CEPH_UNREACHABLE (within the time-outs of the access),
 * CEPH_LOGIN_REFUSED, CEPH_POOL_MISSING, RBD_IMAGE_MISSING, RBD_SNAPSHOT_MISSING, RBD_CALL_FAILED
 * with the function's name.
 */
public interface CephStorage {

  /** Connects and asks (RES-03). */
  Cluster cluster(CephAccess access);

  /** The state of an image, at its snapshot if it names one. */
  Image image(RbdImage image);

  /** What holds data at the image's snapshot, a clone's parent included (OPT-16, HIK-03). */
  Areas allocatedAreas(RbdImage image, Search search);

  /**
   * What may differ between two snapshots of an image; discarded ranges are {@code ZERO}.
   *
   * @param image names the later snapshot
   * @param since name of the earlier snapshot
   */
  Areas changedAreas(RbdImage image, String since, Search search);

  /** How areas are searched. */
  enum Search {
    /** Every object is asked. */
    EVERY_OBJECT,
    /**
     * Objects that the object map calls empty or unchanged are not asked, where the map is valid
     * for every snapshot in question; else as {@link #EVERY_OBJECT}.
     */
    BY_OBJECT_MAP
  }

  /**
   * Areas of an image.
   *
   * @param map what was found; exact to the byte as the cluster reports it
   * @param byObjectMap whether the object map was used
   * @param whyNot why it was not used; empty when it was
   */
  record Areas(ExtentMap map, boolean byObjectMap, String whyNot) {}

  /**
   * A cluster.
   *
   * @param fsid its id
   * @param libraryVersions of librados and librbd, for support
   * @param totalBytes raw capacity as the cluster reports it; 0 when no manager runs
   * @param freeBytes raw free capacity; 0 when no manager runs
   */
  record Cluster(
      String fsid, String libraryVersions, List<String> pools, long totalBytes, long freeBytes) {}

  /**
   * An image.
   *
   * @param id the cluster's own id: an image made anew under the same name has another
   * @param sizeBytes at the snapshot, if one was named, else now
   * @param objectMapUsable the object map is there and valid
   * @param snapshots oldest first
   * @param parent path of the image and snapshot it is a clone of
   * @param overlapBytes up to where the parent shows through; 0 without a parent
   * @param watchers addresses of those that have it open for writing
   */
  record Image(
      String id,
      long sizeBytes,
      boolean objectMapUsable,
      List<Snapshot> snapshots,
      Optional<String> parent,
      long overlapBytes,
      List<String> watchers) {}

  /** A snapshot of an image, with the size the image had then. */
  record Snapshot(long id, String name, long sizeBytes) {}
}
