package io.holdfast.pool.gc;

import io.holdfast.error.BackupException;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.map.DiskMapReader;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * Reads the maps of all sealed restore points while others seal and prune.
 *
 * <p>It lists again until a list names nothing new. A restore point that is pruned before its maps
 * are read may have handed its chunks on to one that was sealed from it before that: the next list
 * names that one. So whatever exists at the end was read, or is made of what was read and exists.
 */
final class MapWalk {
  private final PoolScope scope;
  private final Visitor visitor;

  /** Is given each map. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @return false to stop
     */
    boolean map(UUID restorePointId, DiskMapReader map);
  }

  MapWalk(PoolScope scope, Visitor visitor) {
    this.scope = scope;
    this.visitor = visitor;
  }

  private boolean stopped;

  /** Whether the visitor stopped it. */
  boolean wasStopped() {
    return stopped;
  }

  /**
   * Walks.
   *
   * @param except restore points that need not be read
   * @return those that were read as a whole
   * @throws BackupException FORMAT_… for a manifest or map that is damaged: nobody knows what it
   *     needs
   */
  Set<UUID> run(Set<UUID> except) {
    Set<UUID> seen = new HashSet<>(except);
    Set<UUID> read = new HashSet<>();
    boolean more = true;
    while (more && !stopped) {
      more = false;
      for (UUID id : ManifestFile.list(scope)) {
        if (!stopped && seen.add(id)) {
          more = true;
          if (readUnlessPruned(id) && !stopped) {
            read.add(id);
          }
        }
      }
    }
    return read;
  }

  private boolean readUnlessPruned(UUID id) {
    try {
      Manifest manifest = ManifestFile.read(scope, id).body();
      for (int number = 0; number < manifest.getDisksCount() && !stopped; number++) {
        try (DiskMapReader map = DiskMapReader.open(scope, id, number)) {
          requireNamed(map, manifest.getDisks(number));
          stopped = !visitor.map(id, map);
        }
      }
      return true;
    } catch (BackupException failed) {
      if (ManifestFile.exists(scope, id)) {
        throw failed;
      }
      return false;
    }
  }

  private static void requireNamed(DiskMapReader map, ManifestDisk disk) {
    if (!map.sha256().equals(HexFormat.of().formatHex(disk.getMapSha256().toByteArray()))) {
      throw FormatErrors.corrupt(map.path(), 0, ReasonCode.NOT_THE_NAMED_MAP);
    }
  }
}
