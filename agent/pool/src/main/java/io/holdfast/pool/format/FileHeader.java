package io.holdfast.pool.format;

import io.holdfast.error.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The common header of all files, 64 bytes.
 *
 * @param kind of the file
 * @param version of the file's kind
 * @param features bits a reader must know
 * @param poolId whose file it is
 * @param objectId pack or session
 * @param epoch of the writer
 * @param parameter chunk bytes where the kind has them, otherwise 0
 */
public record FileHeader(
    FileKind kind,
    int version,
    int features,
    UUID poolId,
    UUID objectId,
    long epoch,
    int parameter) {
  /** Length of the header. */
  public static final int BYTES = 64;

  private static final int VERSION_OFFSET = 8;
  private static final int FEATURES_OFFSET = 12;
  private static final int POOL_OFFSET = 16;
  private static final int OBJECT_OFFSET = 32;
  private static final int CRC_OFFSET = 60;

  /** A header in the version written now. */
  public static FileHeader of(FileKind kind, PoolScope scope, UUID objectId, int parameter) {
    return new FileHeader(
        kind, kind.currentVersion(), 0, scope.poolId(), objectId, scope.epoch(), parameter);
  }

  /** The same with features a reader must know. */
  public FileHeader withFeatures(int required) {
    return new FileHeader(kind, version, required, poolId, objectId, epoch, parameter);
  }

  /** Appends the header's 64 bytes at the buffer's position. */
  public void write(ByteBuffer into) {
    int start = into.position();
    into.putLong(kind.magic());
    into.putShort((short) version);
    into.putShort((short) 0);
    into.putInt(features);
    putUuid(into, poolId);
    putUuid(into, objectId);
    into.putLong(epoch);
    into.putInt(parameter);
    into.putInt(Checksums.crc32c(into, start, start + CRC_OFFSET));
  }

  /**
   * Reads and checks a header from the buffer's position on.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD
   */
  public static FileHeader read(ByteBuffer from, FileKind kind, Path file) {
    if (from.remaining() < BYTES) {
      throw FormatErrors.corrupt(file, from.remaining(), ReasonCode.FILE_ENDS_IN_HEADER);
    }
    int start = from.position();
    long magic = from.getLong();
    if (magic != kind.magic()) {
      throw FormatErrors.corrupt(file, 0, ReasonCode.NOT_OF_KIND, "value", kind);
    }
    int version = Short.toUnsignedInt(from.getShort());
    from.getShort();
    int features = from.getInt();
    UUID poolId = getUuid(from);
    UUID objectId = getUuid(from);
    long epoch = from.getLong();
    int parameter = from.getInt();
    if (from.getInt() != Checksums.crc32c(from, start, start + CRC_OFFSET)) {
      throw FormatErrors.corrupt(file, CRC_OFFSET, ReasonCode.HEADER_CHECKSUM_WRONG);
    }
    checkVersion(kind, version, features, file);
    return new FileHeader(kind, version, features, poolId, objectId, epoch, parameter);
  }

  private static void checkVersion(FileKind kind, int version, int features, Path file) {
    if (version > kind.currentVersion()) {
      throw FormatErrors.tooNew(
          file, VERSION_OFFSET, String.valueOf(version), kind.currentVersion());
    }
    if (version < kind.oldestVersion()) {
      throw FormatErrors.tooOld(
          file, VERSION_OFFSET, String.valueOf(version), kind.oldestVersion());
    }
    int unknown = features & ~Features.KNOWN;
    if (unknown != 0) {
      throw FormatErrors.tooNew(
          file,
          FEATURES_OFFSET,
          version + " with features 0x" + Integer.toHexString(unknown),
          kind.currentVersion());
    }
  }

  /** Checks that the file belongs to this pool and is the object its name says. */
  public void expect(UUID pool, UUID object, Path file) {
    if (!poolId.equals(pool)) {
      throw FormatErrors.corrupt(file, POOL_OFFSET, ReasonCode.FILE_OF_OTHER_POOL, "id", poolId);
    }
    if (!objectId.equals(object)) {
      throw FormatErrors.corrupt(
          file, OBJECT_OFFSET, ReasonCode.FILE_OF_OTHER_OBJECT, "id", objectId);
    }
  }

  public static void putUuid(ByteBuffer into, UUID id) {
    into.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  public static UUID getUuid(ByteBuffer from) {
    long most = from.getLong();
    return new UUID(most, from.getLong());
  }
}
