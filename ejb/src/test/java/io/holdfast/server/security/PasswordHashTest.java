package io.holdfast.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("USR-01")
class PasswordHashTest {

  @Test
  void onlyThePasswordMatches() {
    PasswordHash hash = PasswordHash.of("correct horse 1");
    assertTrue(hash.matches("correct horse 1"));
    assertFalse(hash.matches("correct horse 2"));
    assertFalse(hash.matches(""));
  }

  @Test
  void theSamePasswordHashesDifferentlyAndKeepsItsCount() {
    PasswordHash one = PasswordHash.of("correct horse 1");
    PasswordHash other = PasswordHash.of("correct horse 1");
    assertNotEquals(one.encoded(), other.encoded());
    assertTrue(one.encoded().startsWith("pbkdf2-sha256$310000$"), one.encoded());
    assertFalse(one.toString().contains(one.encoded()));
  }

  @Test
  void aDamagedHashMatchesNothing() {
    assertFalse(new PasswordHash("pbkdf2-sha256$1").matches(""));
    assertFalse(new PasswordHash("").matches(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"short1", "onlyletters", "12345678901", "xx-Admin-12345"})
  void weakPasswordsAreRefused(String password) {
    BackupException refused =
        assertThrows(BackupException.class, () -> PasswordRule.check("admin", password));
    assertEquals(ErrorCode.PASSWORD_TOO_WEAK, refused.code());
    assertFalse(refused.getMessage().contains(password));
  }

  @Test
  void generatedPasswordsAreStrongAndDiffer() {
    String password = PasswordRule.generate();
    assertNotEquals(password, PasswordRule.generate());
    assertEquals(20, password.length());
  }
}
