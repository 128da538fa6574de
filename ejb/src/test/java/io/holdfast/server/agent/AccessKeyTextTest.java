package io.holdfast.server.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AGT-05")
class AccessKeyTextTest {

  @Test
  void readsWhatItWrites() {
    AccessKeyText key = AccessKeyText.generate("fingerprint");
    assertTrue(key.text().startsWith("hf1." + key.keyId() + "."), key.text());
    assertTrue(key.text().endsWith(".fingerprint"), key.text());
    assertEquals(Optional.of(key), AccessKeyText.parse(" " + key.text() + "\n"));
    assertFalse(key.toString().contains(key.secret()));
  }

  @Test
  void onlyItsOwnSecretFits() {
    AccessKeyText key = AccessKeyText.generate("f");
    AccessKey stored = new AccessKey(key.keyId(), key.secretHash(), "l", "admin", Instant.EPOCH);
    AccessKeyText other = new AccessKeyText(key.keyId(), key.secret() + "x", "f");
    assertTrue(key.hasSecretOf(stored));
    assertFalse(other.hasSecretOf(stored));
    assertNotEquals(key.secret(), stored.secretHash());
  }

  @Test
  void otherTextsAreNoKeys() {
    assertEquals(Optional.empty(), AccessKeyText.parse(""));
    assertEquals(Optional.empty(), AccessKeyText.parse("hf1.a.b"));
    assertEquals(Optional.empty(), AccessKeyText.parse("hf2.a.b.c"));
  }
}
