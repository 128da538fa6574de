package io.holdfast.agent.storage.link;

import io.holdfast.agent.protocol.PointDiskOpened;
import io.holdfast.agent.protocol.PointDiskRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.RestorePointReader;
import java.util.HashMap;
import java.util.Map;

/** A sealed restore point in a pool of another agent. Thread-safe. */
final class RemotePoint implements RestorePointReader {
  private final RemotePool pool;
  private final ManifestSummary manifest;
  private final Map<String, RemoteDisk> disks = new HashMap<>();

  RemotePoint(RemotePool pool, ManifestSummary manifest) {
    this.pool = pool;
    this.manifest = manifest;
  }

  @Override
  public ManifestSummary manifest() {
    return manifest;
  }

  @Override
  public synchronized DiskReader disk(String diskKey) {
    return disks.computeIfAbsent(diskKey, this::opened);
  }

  private RemoteDisk opened(String diskKey) {
    PointDiskRequest request =
        PointDiskRequest.newBuilder()
            .setHandle(pool.terms().handle())
            .setRestorePointId(manifest.restorePointId().toString())
            .setDiskKey(diskKey)
            .build();
    PointDiskOpened disk = pool.calls().ask(StorageGrpc.getOpenPointDiskMethod(), request);
    return new RemoteDisk(pool, request, disk);
  }

  /** Nothing is held here; the storage agent's end closes with the pool's handle. */
  @Override
  public synchronized void close() {
    disks.clear();
  }
}
