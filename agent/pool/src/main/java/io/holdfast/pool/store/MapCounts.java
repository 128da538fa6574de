package io.holdfast.pool.store;

import io.holdfast.pool.document.ManifestDisk;

/** Counts where the chunks of a map come from. Not thread-safe. */
final class MapCounts {
  private long storedBytes;
  private long newChunks;
  private long newBytes;
  private long knownChunks;
  private long knownBytes;
  private long unchangedChunks;
  private long unchangedBytes;

  void stored(int plainLength, long recordBytes) {
    storedBytes += recordBytes;
    newChunks++;
    newBytes += plainLength;
  }

  void known(int plainLength) {
    knownChunks++;
    knownBytes += plainLength;
  }

  void unchanged(int plainLength) {
    unchangedChunks++;
    unchangedBytes += plainLength;
  }

  /** Puts the counts into a disk's description. */
  ManifestDisk.Builder into(ManifestDisk.Builder disk) {
    return disk.setStoredBytes(storedBytes)
        .setNewChunks(newChunks)
        .setNewBytes(newBytes)
        .setKnownChunks(knownChunks)
        .setKnownBytes(knownBytes)
        .setUnchangedChunks(unchangedChunks)
        .setUnchangedBytes(unchangedBytes);
  }
}
