package io.holdfast.pool.store;

import io.holdfast.pool.format.PoolScope;
import java.nio.file.Path;
import java.util.List;

/** How much a pool has stored. */
final class FolderSizes {
  private static final int DEPTH = 2;

  private FolderSizes() {}

  static long storedBytes(PoolScope scope) {
    long sum = 0;
    for (Path folder :
        List.of(
            scope.tree().packs(),
            scope.tree().maps(),
            scope.tree().manifests(),
            scope.tree().sessions())) {
      sum += sumOf(scope, folder, DEPTH);
    }
    return sum;
  }

  /** Files that go away while they are being counted count nothing. */
  private static long sumOf(PoolScope scope, Path path, int depth) {
    if (scope.files().isFolder(path)) {
      long sum = 0;
      for (String name : depth == 0 ? List.<String>of() : scope.files().list(path)) {
        sum += sumOf(scope, path.resolve(name), depth - 1);
      }
      return sum;
    }
    return scope.files().length(path);
  }
}
