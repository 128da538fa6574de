package io.holdfast.source.rbd;

import io.holdfast.source.rbd.jna.CephConnection;
import io.holdfast.source.rbd.jna.CephError;
import io.holdfast.source.rbd.jna.CephLibraries;
import io.holdfast.source.rbd.jna.RbdHandle;
import io.holdfast.source.rbd.jna.RbdHandle.Span;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.RbdImage;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks a cluster through librados and librbd. Areas are always exact: where the object map is used
 * it only says which objects need not be asked.
 */
public final class RbdStorage implements CephStorage {
  /** Objects not in question up to this many bytes are asked too: cheaper than another call. */
  private static final long GAP_BYTES = 64L << 20;

  private final CephLibraryFolder folder;

  /** Looks for the libraries where the property {@code holdfast.ceph.folder} says. */
  public RbdStorage() {
    this.folder = CephLibraryFolder.configured();
  }

  /** Looks for the libraries in a folder. */
  public RbdStorage(Path libraryFolder) {
    this.folder = new CephLibraryFolder(libraryFolder);
  }

  RbdStorage(CephLibraryFolder folder) {
    this.folder = folder;
  }

  @Override
  public Cluster cluster(CephAccess access) {
    CephLibraries libraries = folder.libraries();
    CephError.Mapping errors = new RbdErrors(access, null)::asking;
    try (CephConnection connection = CephConnection.open(libraries, access, errors)) {
      long[] space = connection.space(errors);
      return new Cluster(
          connection.fsid(errors),
          libraries.toString(),
          connection.pools(errors),
          space[0],
          space[1]);
    }
  }

  @Override
  public Image image(RbdImage image) {
    RbdErrors errors = RbdErrors.of(image);
    CephError.Mapping mapping = errors::asking;
    try (CephConnection connection =
            CephConnection.open(folder.libraries(), image.cluster(), mapping);
        RbdHandle handle = Snapshots.open(connection, image, errors)) {
      Optional<String> parent = handle.parent(mapping);
      return new Image(
          handle.id(mapping),
          handle.sizeBytes(mapping),
          (handle.features(mapping) & RbdHandle.FEATURE_FAST_DIFF) != 0
              && Snapshots.isValid(handle, errors),
          handle.snapshots(mapping),
          parent,
          parent.isPresent() ? handle.overlapBytes(mapping) : 0,
          handle.watchers(mapping).stream().map(RbdHandle.Watcher::address).toList());
    }
  }

  @Override
  public Areas allocatedAreas(RbdImage image, Search search) {
    return areas(image, "", search);
  }

  @Override
  public Areas changedAreas(RbdImage image, String since, Search search) {
    return areas(image, since, search);
  }

  private Areas areas(RbdImage image, String since, Search search) {
    RbdErrors errors = RbdErrors.of(image);
    CephError.Mapping mapping = errors::asking;
    try (CephConnection connection =
            CephConnection.open(folder.libraries(), image.cluster(), mapping);
        RbdHandle handle = Snapshots.open(connection, image, errors)) {
      if (!since.isEmpty()) {
        Snapshots.named(handle.snapshots(mapping), since, errors);
      }
      long size = handle.sizeBytes(mapping);
      String whyNot =
          search == Search.EVERY_OBJECT
              ? "it is switched off"
              : Snapshots.whyNoObjectMap(connection, image, since, errors);
      RangeCollector found = new RangeCollector();
      if (whyNot.isEmpty()) {
        RangeCollector candidates = new RangeCollector();
        handle.differences(since, new Span(0, size), true, candidates, mapping);
        for (long[] span : candidates.spans(size, GAP_BYTES)) {
          Span range = new Span(span[0], span[1] - span[0]);
          handle.differences(since, range, false, found, mapping);
        }
      } else if (size > 0) {
        handle.differences(since, new Span(0, size), false, found, mapping);
      }
      return new Areas(found.extents(size), whyNot.isEmpty(), whyNot);
    }
  }
}
