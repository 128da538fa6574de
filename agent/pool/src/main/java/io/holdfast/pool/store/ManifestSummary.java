package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a sealed manifest says.
 *
 * @param restorePointId which one
 * @param type what it was made from
 * @param base the restore point it was made against
 * @param createdAt time of the snapshot
 * @param sealedAt by the clock of the sealing agent; for people, nothing is decided by it
 * @param disks in the session's order
 * @param labels of the {@link SealSpec}
 * @param document of the {@link SealSpec}
 * @param manifestDigest SHA-256 of the manifest file, hex
 */
public record ManifestSummary(
    UUID restorePointId,
    RestorePointType type,
    Optional<UUID> base,
    Instant createdAt,
    Instant sealedAt,
    List<Disk> disks,
    Map<String, String> labels,
    ByteString document,
    String manifestDigest) {

  /**
   * A disk of a restore point.
   *
   * @param diskKey which one
   * @param sizeBytes of the disk
   * @param dataBytes in chunks that are not zero
   * @param readBytes read from the source for this restore point
   * @param storedBytes written into packs for this restore point
   * @param counts where its chunks came from
   * @param document of the {@link SealSpec}; empty if none
   */
  public record Disk(
      String diskKey,
      long sizeBytes,
      long dataBytes,
      long readBytes,
      long storedBytes,
      ChunkCounts counts,
      ByteString document) {}

  /**
   * Where the chunks of a disk came from (POOL-02). Bytes are plain.
   *
   * @param newChunks stored for this restore point
   * @param newBytes of those
   * @param knownChunks that the pool had already
   * @param knownBytes of those
   * @param unchangedChunks as in the base restore point
   * @param unchangedBytes of those
   */
  public record ChunkCounts(
      long newChunks,
      long newBytes,
      long knownChunks,
      long knownBytes,
      long unchangedChunks,
      long unchangedBytes) {}

  /** Written into packs for this restore point. */
  public long storedBytes() {
    return disks.stream().mapToLong(Disk::storedBytes).sum();
  }

  /** The disk of this key, if it is part of the restore point. */
  public Optional<Disk> disk(String diskKey) {
    return disks.stream().filter(disk -> disk.diskKey().equals(diskKey)).findFirst();
  }
}
