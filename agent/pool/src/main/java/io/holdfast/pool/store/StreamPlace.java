package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.Features;
import io.holdfast.pool.format.PoolScope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which stream a writer is of.
 *
 * @param scope the pool
 * @param folder the session's
 * @param sessionId the session
 * @param disk number and key of the disk
 * @param stream number in the disk
 * @param compression how chunks are stored
 */
record StreamPlace(
    PoolScope scope,
    SessionFolder folder,
    UUID sessionId,
    Disk disk,
    int stream,
    Compression compression) {

  /** A disk by number and key. */
  record Disk(int number, String key) {}

  Path journal() {
    return folder.journal(disk.number(), stream);
  }

  String packName(int sequence) {
    return folder.packName(disk.number(), stream, sequence);
  }

  Path pack(int sequence) {
    return folder.file(packName(sequence));
  }

  /** A stage for the stream's chunks. */
  ChunkStage newStage() {
    return new ChunkStage(compression, scope.chunkBytes(), scope.requireKeys());
  }

  /** What a reader of the stream's packs has to know. */
  int packFeatures() {
    return (compression.codec() == Codec.ZSTD ? Features.ZSTD : 0)
        | (scope.encrypted() ? Features.ENCRYPTED : 0);
  }

  /** The id of a pack begun under an epoch, see the format's description. */
  UUID packId(int sequence, long epoch) {
    String name = sessionId + "/" + disk.number() + "/" + stream + "/" + sequence + "/" + epoch;
    byte[] digest = Checksums.sha256().digest(name.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    long most = bytes.getLong() & ~0xF000L | 0x8000L;
    long least = bytes.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
    return new UUID(most, least);
  }
}
