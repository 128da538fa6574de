package io.holdfast.server.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("RES-07")
class SecretVaultTest {
  @TempDir Path folder;

  private SecretVault vault() {
    return new SecretVault(new StateFolder(folder.resolve("state")));
  }

  @Test
  void whatIsSealedOpensAfterARestartForItsOwnerOnly() {
    String sealed = vault().seal("platform-1", "pässword 密码");
    assertEquals("pässword 密码", vault().open("platform-1", "CAS", sealed));
    assertUnreadable(vault(), "platform-2", sealed);
  }

  @Test
  void sealedTextTellsNothing() {
    SecretVault vault = vault();
    String sealed = vault.seal("p", "secret");
    assertFalse(sealed.contains("secret"));
    assertNotEquals(sealed, vault.seal("p", "secret"));
  }

  @Test
  void aReplacedKeyOrADamagedTextIsSaid() throws IOException {
    String sealed = vault().seal("p", "secret");
    char last = sealed.charAt(sealed.length() - 3);
    String damaged =
        sealed.substring(0, sealed.length() - 3)
            + (last == 'A' ? 'B' : 'A')
            + sealed.substring(sealed.length() - 2);
    assertUnreadable(vault(), "p", damaged);
    assertUnreadable(vault(), "p", "");
    Files.delete(folder.resolve("state/secret.key"));
    assertUnreadable(vault(), "p", sealed);
  }

  @Test
  void theKeyFileIsPrivate() throws IOException {
    vault().seal("p", "secret");
    Path key = folder.resolve("state/secret.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key.getParent())));
  }

  private static void assertUnreadable(SecretVault vault, String owner, String sealed) {
    BackupException refused =
        assertThrows(BackupException.class, () -> vault.open(owner, "CAS", sealed));
    assertEquals(ErrorCode.SECRET_UNREADABLE, refused.code());
    assertEquals("CAS", refused.parameters().get("name"));
  }
}
