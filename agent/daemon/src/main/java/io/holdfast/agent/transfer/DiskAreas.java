package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which areas of a snapshot's disks are in question. Lists that contradict the disk are not
 * believed: an allocated list falls back to the whole disk (OPT-16), a changed list to a full.
 */
final class DiskAreas {
  /** What an image without data may take for its own tables. */
  private static final long MOST_TABLE_BYTES = 64L << 20;

  private final PlatformConnection platform;
  private final VmSnapshot snapshot;
  private final boolean validDataOnly;
  private final Consumer<Notice> notices;

  DiskAreas(
      PlatformConnection platform,
      VmSnapshot snapshot,
      boolean validDataOnly,
      Consumer<Notice> notices) {
    this.platform = platform;
    this.snapshot = snapshot;
    this.validDataOnly = validDataOnly;
    this.notices = notices;
  }

  /** For a full: the allocated areas, or the whole disk with a notice why. */
  ExtentMap full(DiskDescription disk) {
    if (!validDataOnly) {
      return whole(disk, Reason.of(ReasonCode.VALID_DATA_OFF));
    }
    try {
      ExtentMap allocated = platform.allocatedAreas(snapshot, disk.getDiskKey());
      if (!isPlausible(disk, allocated)) {
        return whole(disk, Reason.of(ReasonCode.AREAS_NONE, "actual", disk.getAllocatedBytes()));
      }
      return allocated.diskSizeBytes() == disk.getSizeBytes()
          ? allocated
          : whole(
              disk, Reason.of(ReasonCode.AREAS_OF_OTHER_SIZE, "actual", allocated.diskSizeBytes()));
    } catch (BackupException unavailable) {
      if (unavailable.code() != ErrorCode.VALID_DATA_UNAVAILABLE) {
        throw unavailable;
      }
      return whole(disk, cause(unavailable));
    } catch (IllegalArgumentException contradiction) {
      return whole(disk, Reason.of(contradiction));
    }
  }

  /**
   * Whether a list of areas can be right: one without any data is not when the platform says that
   * the disk takes much more room than tables do. Believed, it would turn the disk to zeros.
   */
  static boolean isPlausible(DiskDescription disk, ExtentMap allocated) {
    long tables = Math.max(MOST_TABLE_BYTES, disk.getSizeBytes() / 1024);
    return allocated.dataBytes() > 0 || disk.getAllocatedBytes() <= tables;
  }

  private ExtentMap whole(DiskDescription disk, String cause) {
    notices.accept(
        Notices.note(NoticeCode.WHOLE_DISK_READ, "disk", disk.getDevice(), "cause", cause));
    return ExtentMap.whole(disk.getSizeBytes());
  }

  /**
   * For an incremental or differential: what changed since the base's mark, what was discarded
   * since turned to zero.
   *
   * @throws TurnsFull when the platform's answer cannot be built on
   */
  ExtentMap changed(DiskDescription disk, RestorePointSummary base) throws TurnsFull {
    String mark =
        TypeDecision.disk(base, disk.getDiskKey())
            .orElseThrow(() -> new IllegalStateException("decided without comparing disks"))
            .getTrackingMark();
    try {
      ExtentMap changed = platform.changedAreas(snapshot, disk.getDiskKey(), mark);
      if (changed.diskSizeBytes() != disk.getSizeBytes()) {
        throw new TurnsFull(
            Notices.warning(
                NoticeCode.FULL_DISK_RESIZED,
                "disk",
                disk.getDevice(),
                "from",
                disk.getSizeBytes(),
                "to",
                changed.diskSizeBytes()));
      }
      return allocated(disk).map(changed::intersectedWith).orElse(changed);
    } catch (BackupException refused) {
      throw new TurnsFull(reason(refused, disk));
    } catch (IllegalArgumentException contradiction) {
      throw new TurnsFull(invalid(disk, Reason.of(contradiction)));
    }
  }

  private Optional<ExtentMap> allocated(DiskDescription disk) {
    if (!validDataOnly || platform.changesTellDiscards()) {
      return Optional.empty();
    }
    try {
      return Optional.of(platform.allocatedAreas(snapshot, disk.getDiskKey()))
          .filter(areas -> areas.diskSizeBytes() == disk.getSizeBytes())
          .filter(areas -> isPlausible(disk, areas));
    } catch (BackupException unavailable) {
      if (unavailable.code() != ErrorCode.VALID_DATA_UNAVAILABLE) {
        throw unavailable;
      }
      return Optional.empty();
    }
  }

  private static Notice reason(BackupException refused, DiskDescription disk) {
    if (refused.code() == ErrorCode.TRACKING_LOST) {
      return Notices.warning(NoticeCode.FULL_TRACKING_LOST, "cause", cause(refused));
    }
    if (refused.code() == ErrorCode.CHANGED_AREAS_INVALID) {
      return invalid(disk, cause(refused));
    }
    throw refused;
  }

  private static Notice invalid(DiskDescription disk, String cause) {
    return Notices.warning(
        NoticeCode.FULL_CHANGED_AREAS_INVALID, "disk", disk.getDevice(), "cause", cause);
  }

  private static String cause(BackupException failure) {
    return failure.parameters().getOrDefault("cause", Reason.of(failure));
  }

  /** The answer to a question for changes rules out anything but a full backup. */
  static final class TurnsFull extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Notice reason;

    TurnsFull(Notice reason) {
      super(reason.getCode());
      this.reason = reason;
    }

    Notice reason() {
      return reason;
    }
  }
}
