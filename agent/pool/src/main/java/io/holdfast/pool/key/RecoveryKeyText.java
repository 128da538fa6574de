package io.holdfast.pool.key;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.format.Checksums;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The recovery key on paper: {@code HFR1-} and 14 groups of four digits of Crockford's base 32; 32
 * bytes and the first three of their CRC32C.
 */
final class RecoveryKeyText {
  static final int KEY_BYTES = 32;
  private static final String PREFIX = "HFR1";
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int CHECK_BYTES = 3;
  private static final int TOTAL_BYTES = KEY_BYTES + CHECK_BYTES;
  private static final int BITS_PER_DIGIT = 5;
  private static final int TOTAL_DIGITS = TOTAL_BYTES * 8 / BITS_PER_DIGIT;
  private static final int GROUP = 4;

  private RecoveryKeyText() {}

  static String format(byte[] key) {
    byte[] all = Arrays.copyOf(key, TOTAL_BYTES);
    System.arraycopy(check(key), 0, all, KEY_BYTES, CHECK_BYTES);
    BigInteger value = new BigInteger(1, all);
    StringBuilder text = new StringBuilder(PREFIX);
    for (int i = 0; i < TOTAL_DIGITS; i++) {
      if (i % GROUP == 0) {
        text.append('-');
      }
      int shift = (TOTAL_DIGITS - 1 - i) * BITS_PER_DIGIT;
      text.append(DIGITS.charAt(value.shiftRight(shift).intValue() & 31));
    }
    Arrays.fill(all, (byte) 0);
    return text.toString();
  }

  private static byte[] check(byte[] key) {
    int crc = Checksums.crc32c(ByteBuffer.wrap(key), 0, KEY_BYTES);
    return Arrays.copyOf(ByteBuffer.allocate(Integer.BYTES).putInt(crc).array(), CHECK_BYTES);
  }

  static byte[] parse(CharSequence text) {
    String digits =
        text.toString()
            .toUpperCase(Locale.ROOT)
            .replaceAll("[\\s-]", "")
            .replace('O', '0')
            .replace('I', '1')
            .replace('L', '1');
    if (!digits.startsWith(PREFIX) || digits.length() != PREFIX.length() + TOTAL_DIGITS) {
      throw mistyped();
    }
    BigInteger value = BigInteger.ZERO;
    for (int i = PREFIX.length(); i < digits.length(); i++) {
      int digit = DIGITS.indexOf(digits.charAt(i));
      if (digit < 0) {
        throw mistyped();
      }
      value = value.shiftLeft(BITS_PER_DIGIT).or(BigInteger.valueOf(digit));
    }
    byte[] all = new byte[TOTAL_BYTES];
    for (int i = 0; i < TOTAL_BYTES; i++) {
      all[i] = (byte) value.shiftRight(8 * (TOTAL_BYTES - 1 - i)).intValue();
    }
    byte[] key = Arrays.copyOf(all, KEY_BYTES);
    if (!Arrays.equals(check(key), Arrays.copyOfRange(all, KEY_BYTES, TOTAL_BYTES))) {
      throw mistyped();
    }
    return key;
  }

  private static BackupException mistyped() {
    return BackupException.of(
        ErrorCode.INVALID_VALUE,
        "field",
        "recovery_key",
        "value",
        "***",
        "expected",
        PREFIX + "-XXXX-…");
  }
}
