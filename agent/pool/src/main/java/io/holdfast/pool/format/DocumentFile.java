package io.holdfast.pool.format;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.medium.PoolFile;
import io.holdfast.pool.medium.PoolFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A framed document: header, length, protobuf body, SHA-256. Written as a whole or not at all.
 *
 * @param header of the file
 * @param body the message
 * @param fileDigest SHA-256 of the whole file, hex
 * @param lengthBytes of the whole file
 */
public record DocumentFile<T extends MessageLite>(
    FileHeader header, T body, String fileDigest, long lengthBytes) {
  private static final int BODY_OFFSET = FileHeader.BYTES + Long.BYTES;
  private static final int FRAME_BYTES = BODY_OFFSET + Checksums.SHA256_BYTES;
  private static final long MAX_BODY_BYTES = 256L << 20;

  /**
   * Writes a document under a temporary name, syncs it, renames it and syncs the folder.
   *
   * @return SHA-256 of the whole file, hex
   */
  public static String write(PoolFiles files, Path file, FileHeader header, MessageLite body) {
    byte[] framed = frame(header, body);
    Path unfinished = file.resolveSibling(file.getFileName() + PoolTree.UNFINISHED);
    try (PoolFile out = files.create(unfinished)) {
      out.write(0, ByteBuffer.wrap(framed));
      out.sync();
    }
    files.rename(unfinished, file);
    files.syncFolder(file.getParent());
    return HexFormat.of().formatHex(Checksums.sha256().digest(framed));
  }

  /**
   * Writes a document over one of the same length, which takes no space. Not atomic: a crash may
   * leave a damaged file, so its readers must do without.
   */
  public static void overwrite(PoolFiles files, Path file, FileHeader header, MessageLite body) {
    try (PoolFile out = files.openForWriting(file)) {
      out.write(0, ByteBuffer.wrap(frame(header, body)));
      out.sync();
    }
  }

  /** Length of the file that a body ends in. */
  public static int lengthBytes(MessageLite body) {
    return FRAME_BYTES + body.getSerializedSize();
  }

  private static byte[] frame(FileHeader header, MessageLite body) {
    byte[] bytes = body.toByteArray();
    if (bytes.length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("a document of " + bytes.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.allocate(FRAME_BYTES + bytes.length);
    header.write(buffer);
    buffer.putLong(bytes.length);
    buffer.put(bytes);
    MessageDigest digest = Checksums.sha256();
    digest.update(buffer.array(), 0, buffer.position());
    buffer.put(digest.digest());
    return buffer.array();
  }

  /**
   * Reads and checks a document.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD
   */
  public static <T extends MessageLite> DocumentFile<T> read(
      PoolFiles files, Path file, FileKind kind, Parser<T> parser) {
    byte[] bytes = readAll(files, file);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    FileHeader header = FileHeader.read(buffer, kind, file);
    if (bytes.length < FRAME_BYTES) {
      throw FormatErrors.corrupt(file, bytes.length, ReasonCode.FILE_ENDS_IN_FRAME);
    }
    long length = buffer.getLong();
    if (length != bytes.length - FRAME_BYTES) {
      throw FormatErrors.corrupt(file, FileHeader.BYTES, ReasonCode.BODY_LENGTH_WRONG);
    }
    int end = bytes.length - Checksums.SHA256_BYTES;
    MessageDigest digest = Checksums.sha256();
    digest.update(bytes, 0, end);
    if (!ByteBuffer.wrap(digest.digest()).equals(buffer.slice(end, Checksums.SHA256_BYTES))) {
      throw FormatErrors.corrupt(file, end, ReasonCode.DOCUMENT_CHECKSUM_WRONG);
    }
    try {
      T body = parser.parseFrom(bytes, BODY_OFFSET, (int) length);
      String fileDigest = HexFormat.of().formatHex(Checksums.sha256().digest(bytes));
      return new DocumentFile<>(header, body, fileDigest, bytes.length);
    } catch (InvalidProtocolBufferException unreadable) {
      throw FormatErrors.corrupt(unreadable, file, BODY_OFFSET, ReasonCode.BODY_UNREADABLE);
    }
  }

  private static byte[] readAll(PoolFiles files, Path file) {
    try (PoolFile in = files.openForReading(file)) {
      long size = in.sizeBytes();
      if (size > MAX_BODY_BYTES + FRAME_BYTES) {
        throw FormatErrors.corrupt(file, size, ReasonCode.DOCUMENT_TOO_LONG);
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      int got = in.read(0, buffer);
      if (got < size) {
        throw FormatErrors.corrupt(file, got, ReasonCode.FILE_ENDS_EARLY);
      }
      return buffer.array();
    }
  }
}
