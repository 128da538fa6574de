package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.chunk.Compression;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a session will make.
 *
 * @param sessionId also the id of the restore point it ends in
 * @param type what is being made
 * @param base the restore point that {@code Gap.BASE} refers to; empty for a full
 * @param previous a restore point of the same disks in which a dedup pool looks for chunks first;
 *     nothing depends on it but speed. It is not pruned as long as the session is open
 * @param disks in the order they will stand in the manifest; may be empty
 * @param compression how chunks are stored (OPT-01)
 * @param document whatever the caller wants to find again after a restart; opaque to the pool
 */
public record SessionSpec(
    UUID sessionId,
    RestorePointType type,
    Optional<UUID> base,
    Optional<UUID> previous,
    List<SessionDisk> disks,
    Compression compression,
    ByteString document) {
  public SessionSpec {
    disks = List.copyOf(disks);
  }

  /** One with no previous restore point and the codec's default level. */
  public SessionSpec(
      UUID sessionId,
      RestorePointType type,
      Optional<UUID> base,
      List<SessionDisk> disks,
      Codec codec,
      ByteString document) {
    this(sessionId, type, base, Optional.empty(), disks, Compression.of(codec), document);
  }
}
