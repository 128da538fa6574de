package io.holdfast.web.console.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PlatformFormTest {
  private final PlatformForm form = new PlatformForm();

  @Test
  @Tag("RES-01")
  void theUsualPortFollowsTls() {
    assertEquals(8080, form.getPort());
    form.setTls(true);
    form.followTls();
    assertEquals(8443, form.getPort());
    form.setTls(false);
    form.followTls();
    assertEquals(8080, form.getPort());
  }

  @Test
  @Tag("RES-01")
  void aPortOfOnesOwnStays() {
    form.setPort(18080);
    form.setTls(true);
    form.followTls();
    assertEquals(18080, form.getPort());
  }

  @Test
  @Tag("RES-01")
  void noPortMeansTheUsualOne() {
    form.setBackupHost(UUID.randomUUID().toString());
    form.setPort(null);
    assertEquals(OptionalInt.empty(), form.settings().port());
  }

  @Test
  @Tag("RES-07")
  void thePasswordGoesInAndNeverOut() {
    form.setBackupHost(UUID.randomUUID().toString());
    form.setPassword("secret");
    form.setPassword(null);
    assertNull(form.getPassword());
    assertTrue(form.isPasswordGiven());
    assertEquals("secret", form.settings().password());
  }
}
