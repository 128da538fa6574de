package io.holdfast.pool.pack;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.format.PoolScope;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Directories of packs, read and checked, the latest used kept: up to 262,144 entries, 16 MiB.
 * Thread-safe.
 */
public final class PackDirectories {
  private static final int MAX_ENTRIES = 1 << 18;

  /** What a directory without entries takes. */
  private static final int ENTRIES_PER_PACK = 8;

  private final PoolScope scope;
  private final Map<UUID, PackDirectory> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptEntries;

  public PackDirectories(PoolScope scope) {
    this.scope = scope;
  }

  /**
   * The directory of a pack; an empty one when it is not there or damaged.
   *
   * @param file where it is
   */
  public PackDirectory get(UUID packId, Path file) {
    Optional<PackDirectory> known = known(packId);
    if (known.isPresent()) {
      return known.get();
    }
    PackDirectory read = read(packId, file);
    put(read);
    return read;
  }

  private synchronized Optional<PackDirectory> known(UUID packId) {
    return Optional.ofNullable(kept.get(packId));
  }

  private PackDirectory read(UUID packId, Path file) {
    if (!scope.files().exists(file)) {
      return PackDirectory.empty(packId);
    }
    try (PackReader pack = PackReader.open(scope, file, packId)) {
      return new PackDirectory(packId, pack.directory());
    } catch (BackupException unusable) {
      if (unusable.code() == ErrorCode.INTERRUPTED) {
        throw unusable;
      }
      return PackDirectory.empty(packId);
    }
  }

  /** Keeps a directory that is known already. */
  public synchronized void put(PackDirectory directory) {
    forget(directory.packId());
    kept.put(directory.packId(), directory);
    keptEntries += weight(directory);
    Iterator<PackDirectory> eldest = kept.values().iterator();
    while (keptEntries > MAX_ENTRIES && kept.size() > 1) {
      keptEntries -= weight(eldest.next());
      eldest.remove();
    }
  }

  /** Forgets a pack that is going away or has come. */
  public synchronized void forget(UUID packId) {
    PackDirectory gone = kept.remove(packId);
    if (gone != null) {
      keptEntries -= weight(gone);
    }
  }

  private static long weight(PackDirectory directory) {
    return directory.size() + ENTRIES_PER_PACK;
  }
}
