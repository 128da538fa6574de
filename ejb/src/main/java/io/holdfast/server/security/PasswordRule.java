package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.security.SecureRandom;
import java.util.Locale;

/** What a password must be like, and passwords made by the server. */
final class PasswordRule {
  static final int MIN_LENGTH = 10;
  static final int MAX_LENGTH = 128;

  /** Without the characters people confuse (0 O 1 l I). */
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

  private static final int GENERATED_LENGTH = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private PasswordRule() {}

  /**
   * Throws PASSWORD_TOO_WEAK unless the password has 10…128 characters of at least two kinds
   * (letter, digit, other) and does not contain the user's name.
   */
  static void check(String userName, String password) {
    boolean letter = password.chars().anyMatch(Character::isLetter);
    boolean digit = password.chars().anyMatch(Character::isDigit);
    boolean other = password.chars().anyMatch(c -> !Character.isLetterOrDigit(c));
    int kinds = (letter ? 1 : 0) + (digit ? 1 : 0) + (other ? 1 : 0);
    boolean holdsName =
        password.toLowerCase(Locale.ROOT).contains(userName.toLowerCase(Locale.ROOT));
    if (password.length() < MIN_LENGTH
        || password.length() > MAX_LENGTH
        || kinds < 2
        || holdsName) {
      throw BackupException.of(
          ErrorCode.PASSWORD_TOO_WEAK,
          "expected",
          MIN_LENGTH + "…" + MAX_LENGTH + " (Aa + 0-9 / #!…), ≠ " + userName);
    }
  }

  /** A random password of about 117 bits. */
  static String generate() {
    StringBuilder password = new StringBuilder(GENERATED_LENGTH);
    for (int i = 0; i < GENERATED_LENGTH; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }
}
