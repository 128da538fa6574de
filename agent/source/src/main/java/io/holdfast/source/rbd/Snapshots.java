package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.rbd.jna.CephConnection;
import io.holdfast.source.rbd.jna.RbdHandle;
import io.holdfast.source.spi.CephStorage.Snapshot;
import io.holdfast.source.spi.RbdImage;
import java.util.List;

/** Opening images at snapshots, and what an object map is good for there. */
final class Snapshots {
  private Snapshots() {}

  /** Opens for reading, at the snapshot if one is named; a missing one is told as that. */
  static RbdHandle open(CephConnection connection, RbdImage image, RbdErrors errors) {
    try {
      return connection.open(image, false, errors::asking);
    } catch (BackupException failure) {
      if (failure.code() != ErrorCode.RBD_IMAGE_MISSING || image.snapshot().isEmpty()) {
        throw failure;
      }
      // The image itself may be there: opening it tells.
      connection.open(image.at(""), false, errors::asking).close();
      throw errors.snapshotMissing(image.snapshot());
    }
  }

  /** The snapshot of a name. */
  static Snapshot named(List<Snapshot> snapshots, String name, RbdErrors errors) {
    return snapshots.stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .findFirst()
        .orElseThrow(() -> errors.snapshotMissing(name));
  }

  /**
   * Why the object map cannot tell the differences up to the image's snapshot; empty when it can.
   * It must be valid at both ends and at every snapshot between, as it is for each on its own.
   *
   * @param since the earlier snapshot's name; empty: the image's beginning
   */
  static String whyNoObjectMap(
      CephConnection connection, RbdImage image, String since, RbdErrors errors) {
    try (RbdHandle handle = open(connection, image.at(""), errors)) {
      long both = RbdHandle.FEATURE_OBJECT_MAP | RbdHandle.FEATURE_FAST_DIFF;
      if ((handle.features(errors::asking) & both) != both) {
        return "the image has no object map with fast-diff";
      }
      List<Snapshot> snapshots = handle.snapshots(errors::asking);
      long first = since.isEmpty() ? 0 : named(snapshots, since, errors).id();
      boolean live = image.snapshot().isEmpty();
      long last = live ? Long.MAX_VALUE : named(snapshots, image.snapshot(), errors).id();
      if (live && !isValid(handle, errors)) {
        return "the object map of the live image is invalid";
      }
      for (Snapshot snapshot : snapshots) {
        if (snapshot.id() >= first && snapshot.id() <= last) {
          handle.look(snapshot.name(), errors::asking);
          if (!isValid(handle, errors)) {
            return "the object map of snapshot " + snapshot.name() + " is invalid";
          }
        }
      }
      return "";
    }
  }

  /** Whether the object map is valid at what is looked at. */
  static boolean isValid(RbdHandle handle, RbdErrors errors) {
    long invalid = RbdHandle.FLAG_OBJECT_MAP_INVALID | RbdHandle.FLAG_FAST_DIFF_INVALID;
    return (handle.flags(errors::asking) & invalid) == 0;
  }
}
