package io.holdfast.pool.format;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where things lie in a pool's folder.
 *
 * @param root the pool's folder
 */
public record PoolTree(Path root) {
  /** Suffix of a session that is being deleted. */
  public static final String ABANDONED = ".abandoned";

  /** Suffix of a file that is being written. */
  public static final String UNFINISHED = ".tmp";

  /** Suffix of a restore point that is being deleted. */
  public static final String PRUNED = ".pruned";

  /** Suffix of the document that says where a pack's chunks went. */
  public static final String MOVED = ".moved";

  private static final String PACK = ".pack";
  private static final String MANIFEST = ".manifest";
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  public Path descriptor() {
    return root.resolve("pool.hfp");
  }

  public Path leaseLock() {
    return root.resolve("lease.lock");
  }

  public Path lease() {
    return root.resolve("lease");
  }

  public Path packs() {
    return root.resolve("packs");
  }

  public Path packShard(UUID packId) {
    return packs().resolve(packId.toString().substring(0, 2));
  }

  public Path pack(UUID packId) {
    return packShard(packId).resolve(packId + PACK);
  }

  public Path maps() {
    return root.resolve("maps");
  }

  public Path maps(UUID restorePointId) {
    return maps().resolve(restorePointId.toString());
  }

  public Path map(UUID restorePointId, int diskNumber) {
    return maps(restorePointId).resolve(diskNumber + ".map");
  }

  public Path manifests() {
    return root.resolve("manifests");
  }

  public Path manifest(UUID restorePointId) {
    return manifests().resolve(restorePointId + MANIFEST);
  }

  /** Where the chunks of a compacted pack went. */
  public Path moved(UUID packId) {
    return packShard(packId).resolve(packId + MOVED);
  }

  /** A pruned restore point that is being deleted. */
  public Path pruned(UUID restorePointId) {
    return manifests().resolve(restorePointId + PRUNED);
  }

  public Path retention() {
    return root.resolve("retention");
  }

  public Path retention(UUID restorePointId) {
    return retention().resolve(restorePointId.toString());
  }

  public Path verify() {
    return root.resolve("verify");
  }

  public Path verified(UUID restorePointId) {
    return verify().resolve(restorePointId.toString());
  }

  public Path verifiedPacks() {
    return verify().resolve("packs");
  }

  public Path damaged() {
    return verify().resolve("damaged");
  }

  public Path keys() {
    return root.resolve("keys");
  }

  public Path index() {
    return root.resolve("index");
  }

  public Path indexState() {
    return index().resolve("state");
  }

  public Path indexTable() {
    return index().resolve("table");
  }

  public Path gc() {
    return root.resolve("gc");
  }

  public Path gcState() {
    return gc().resolve("state");
  }

  public Path condemned() {
    return gc().resolve("condemned");
  }

  public Path condemned(long generation) {
    return condemned().resolve(Long.toString(generation));
  }

  public Path gcWork() {
    return gc().resolve("work");
  }

  public Path readersLock() {
    return root.resolve("readers.lock");
  }

  public Path sessions() {
    return root.resolve("sessions");
  }

  public Path session(UUID sessionId) {
    return sessions().resolve(sessionId.toString());
  }

  public Path abandoned(UUID sessionId) {
    return sessions().resolve(sessionId + ABANDONED);
  }

  /** The name of a file as it stands in reports: relative to the pool. */
  public String relative(Path file) {
    return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
  }

  /** The id in the name of a pack file, if it is one. */
  public static Optional<UUID> packId(String fileName) {
    return idBefore(fileName, PACK);
  }

  /** The id in the name of a manifest, if it is one. */
  public static Optional<UUID> manifestId(String fileName) {
    return idBefore(fileName, MANIFEST);
  }

  /** The id in a name that is an id and a suffix, if it is one. */
  public static Optional<UUID> idBefore(String fileName, String suffix) {
    if (!fileName.endsWith(suffix)) {
      return Optional.empty();
    }
    String id = fileName.substring(0, fileName.length() - suffix.length());
    return UUID_FORM.matcher(id).matches() ? Optional.of(UUID.fromString(id)) : Optional.empty();
  }
}
