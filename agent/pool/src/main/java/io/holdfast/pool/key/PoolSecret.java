package io.holdfast.pool.key;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.pool.document.KeySlotKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * What opens an encrypted pool: a passphrase, the contents of a key file, or the recovery key.
 * Never stored, never printed; wiped when closed. Not thread-safe.
 */
public final class PoolSecret implements AutoCloseable {
  /** Shorter passphrases are refused when they are set. */
  public static final int MIN_PASSPHRASE = 12;

  private static final int MIN_FILE_BYTES = 32;
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final KeySlotKind kind;
  private final byte[] bytes;

  private PoolSecret(KeySlotKind kind, byte[] bytes) {
    this.kind = kind;
    this.bytes = bytes;
  }

  /** A passphrase; the array stays the caller's. */
  public static PoolSecret passphrase(char[] text) {
    CharSequence chars = CharBuffer.wrap(text);
    // A String cannot be wiped: made only of what has two spellings.
    if (!Normalizer.isNormalized(chars, Normalizer.Form.NFC)) {
      chars = Normalizer.normalize(chars, Normalizer.Form.NFC);
    }
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(chars));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    return new PoolSecret(KeySlotKind.KEY_SLOT_PASSPHRASE, bytes);
  }

  /**
   * The contents of a key file, at least 32 bytes of it.
   *
   * @throws BackupException IO_FAILURE; VALUE_OUT_OF_RANGE for its size
   */
  public static PoolSecret keyFile(Path file) {
    try {
      long size = Files.size(file);
      if (size < MIN_FILE_BYTES || size > MAX_FILE_BYTES) {
        throw BackupException.of(
            ErrorCode.VALUE_OUT_OF_RANGE,
            "field",
            "key_file",
            "value",
            size,
            "min",
            MIN_FILE_BYTES,
            "max",
            MAX_FILE_BYTES);
      }
      return new PoolSecret(KeySlotKind.KEY_SLOT_FILE, Files.readAllBytes(file));
    } catch (IOException unreadable) {
      throw BackupException.causedBy(
          unreadable, ErrorCode.IO_FAILURE, "file", file, "cause", Reason.of(unreadable));
    }
  }

  /**
   * The recovery key as it was printed; case, blanks and dashes do not matter.
   *
   * @throws BackupException INVALID_VALUE when it is mistyped
   */
  public static PoolSecret recoveryKey(CharSequence text) {
    return new PoolSecret(KeySlotKind.KEY_SLOT_RECOVERY, RecoveryKeyText.parse(text));
  }

  static PoolSecret recoveryKey(byte[] bytes) {
    return new PoolSecret(KeySlotKind.KEY_SLOT_RECOVERY, bytes);
  }

  KeySlotKind kind() {
    return kind;
  }

  /** The secret itself, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Refuses what is too easily guessed. */
  void requireStrong() {
    if (kind == KeySlotKind.KEY_SLOT_PASSPHRASE && charCount() < MIN_PASSPHRASE) {
      throw BackupException.of(
          ErrorCode.PASSPHRASE_TOO_SHORT, "length", charCount(), "min", MIN_PASSPHRASE);
    }
  }

  private int charCount() {
    CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    int count = chars.remaining();
    Arrays.fill(chars.array(), '\0');
    return count;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "PoolSecret[" + kind + "]";
  }
}
