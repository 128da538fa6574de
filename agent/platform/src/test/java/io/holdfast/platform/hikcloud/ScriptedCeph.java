package io.holdfast.platform.hikcloud;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.RbdImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster that holds what a test puts there. */
final class ScriptedCeph implements CephStorage {
  static final long SIZE = 64L << 20;

  /** What was asked: "image pool/name", "changed pool/name@b since a EVERY_OBJECT"… */
  final List<String> asked = new CopyOnWriteArrayList<>();

  List<String> pools = List.of("rbd", ScriptedCloud.POOL);
  CephAccess last;

  private final Map<String, State> images = new LinkedHashMap<>();

  /** An image or one of its snapshots. */
  record State(String id, long sizeBytes, String parent, long overlapBytes) {
    static State plain(String id) {
      return new State(id, SIZE, "", 0);
    }
  }

  /** Adds or changes an image, or a snapshot of one by {@code image@snapshot}. */
  ScriptedCeph with(String image, State state) {
    images.put(image, state);
    return this;
  }

  ScriptedCeph without(String image) {
    images.remove(image);
    return this;
  }

  @Override
  public Cluster cluster(CephAccess access) {
    last = access;
    asked.add("cluster " + access.clientId() + " " + access.configuration());
    return new Cluster("fsid", "16.2", pools, 0, 0);
  }

  @Override
  public Image image(RbdImage image) {
    asked.add("image " + image.path());
    State state = state(image);
    List<Snapshot> snapshots = new ArrayList<>();
    images.forEach(
        (name, each) -> {
          if (name.startsWith(image.image() + "@")) {
            String snapshot = name.substring(image.image().length() + 1);
            snapshots.add(new Snapshot(snapshots.size() + 4, snapshot, each.sizeBytes()));
          }
        });
    return new Image(
        state.id(),
        state.sizeBytes(),
        true,
        snapshots,
        Optional.of(state.parent()).filter(parent -> !parent.isEmpty()),
        state.overlapBytes(),
        List.of());
  }

  private State state(RbdImage image) {
    if (!images.containsKey(image.image())) {
      throw missing(ErrorCode.RBD_IMAGE_MISSING, image, image.snapshot());
    }
    String key = image.image() + (image.snapshot().isEmpty() ? "" : "@" + image.snapshot());
    if (!images.containsKey(key)) {
      throw missing(ErrorCode.RBD_SNAPSHOT_MISSING, image, image.snapshot());
    }
    return images.get(key);
  }

  private static BackupException missing(ErrorCode code, RbdImage image, String snapshot) {
    return BackupException.of(
        code, "pool", image.pool(), "image", image.image(), "snapshot", snapshot);
  }

  @Override
  public Areas allocatedAreas(RbdImage image, Search search) {
    asked.add("allocated " + image.path() + " " + search);
    long size = state(image).sizeBytes();
    return areas(ExtentMap.of(size, List.of(Extent.data(0, 4096))), search);
  }

  @Override
  public Areas changedAreas(RbdImage image, String since, Search search) {
    asked.add("changed " + image.path() + " since " + since + " " + search);
    long size = state(image).sizeBytes();
    state(image.at(since));
    return areas(ExtentMap.of(size, List.of(Extent.zero(4096, 4096))), search);
  }

  private static Areas areas(ExtentMap map, Search search) {
    boolean byMap = search == Search.BY_OBJECT_MAP;
    return new Areas(map, byMap, byMap ? "" : "it is switched off");
  }
}
