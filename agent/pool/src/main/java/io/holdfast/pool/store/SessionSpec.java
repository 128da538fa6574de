package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.Codec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a session will make.
 *
 * @param sessionId also the id of the restore point it ends in
 * @param type what is being made
 * @param base the restore point that {@code Gap.BASE} refers to; empty for a full
 * @param disks in the order they will stand in the manifest; may be empty
 * @param codec how chunks are stored (OPT-01)
 * @param document whatever the caller wants to find again after a restart; opaque to the pool
 */
public record SessionSpec(
    UUID sessionId,
    RestorePointType type,
    Optional<UUID> base,
    List<SessionDisk> disks,
    Codec codec,
    ByteString document) {
  public SessionSpec {
    disks = List.copyOf(disks);
  }
}
