package io.holdfast.agent.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.RestorePointType;
import java.util.UUID;

/**
 * A restore point as the protocol tells it and as its manifest keeps it. The manifest's document is
 * a {@link RestorePointSummary} without what the manifest itself knows.
 */
public final class RestorePoints {
  private RestorePoints() {}

  /** What the manifest keeps of a restore point that is about to be sealed. */
  static ByteString document(RestorePointSummary draft) {
    return draft.toByteString();
  }

  /**
   * A sealed restore point.
   *
   * @throws BackupException FORMAT_CORRUPT when the document cannot be read
   */
  public static RestorePointSummary summary(ManifestSummary manifest) {
    RestorePointSummary.Builder summary =
        draft(manifest.document(), manifest.restorePointId()).toBuilder();
    for (RestorePointDisk.Builder disk : summary.getDisksBuilderList()) {
      manifest
          .disk(disk.getDisk().getDiskKey())
          .ifPresent(
              kept -> disk.setReadBytes(kept.readBytes()).setStoredBytes(kept.storedBytes()));
    }
    return summary
        .setRestorePointId(manifest.restorePointId().toString())
        .setType(type(manifest.type()))
        .setBaseRestorePointId(manifest.base().map(UUID::toString).orElse(""))
        .setCreatedEpochMillis(manifest.createdAt().toEpochMilli())
        .setStoredBytes(manifest.storedBytes())
        .setManifestDigest(manifest.manifestDigest())
        .build();
  }

  static RestorePointSummary draft(ByteString document, UUID restorePointId) {
    try {
      return RestorePointSummary.parseFrom(document);
    } catch (InvalidProtocolBufferException unreadable) {
      throw BackupException.causedBy(
          unreadable,
          ErrorCode.FORMAT_CORRUPT,
          "file",
          "manifest " + restorePointId,
          "offset",
          "0",
          "cause",
          unreadable.getMessage());
    }
  }

  static BackupType type(RestorePointType type) {
    return switch (type) {
      case FULL -> BackupType.FULL;
      case INCREMENTAL -> BackupType.INCREMENTAL;
      case DIFFERENTIAL -> BackupType.DIFFERENTIAL;
    };
  }

  static RestorePointType type(BackupType type) {
    return switch (type) {
      case INCREMENTAL -> RestorePointType.INCREMENTAL;
      case DIFFERENTIAL -> RestorePointType.DIFFERENTIAL;
      case FULL, BACKUP_TYPE_UNSPECIFIED, UNRECOGNIZED -> RestorePointType.FULL;
    };
  }
}
