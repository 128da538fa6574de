package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Map;

/**
 * What the manifest says besides the disks' contents.
 *
 * @param createdAt time of the snapshot
 * @param labels for people and for lists: VM name, job name, platform id…
 * @param document the VM's description in the caller's own encoding; opaque to the pool
 * @param diskDocuments by disk key, the caller's own; opaque to the pool
 */
public record SealSpec(
    Instant createdAt,
    Map<String, String> labels,
    ByteString document,
    Map<String, ByteString> diskDocuments) {
  public SealSpec {
    labels = Map.copyOf(labels);
    diskDocuments = Map.copyOf(diskDocuments);
  }
}
