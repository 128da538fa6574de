package io.holdfast.server.captcha;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-18")
class CaptchaTest {
  private static final Instant EXPIRY = Instant.parse("2026-11-21T10:05:00Z");

  @Test
  void theRightCharactersAreAcceptedInTime() {
    StoredCaptcha captcha = new StoredCaptcha(UUID.randomUUID(), "AC47", EXPIRY);
    assertTrue(captcha.accepts(" ac47 ", EXPIRY.minusMillis(1)));
    assertFalse(captcha.accepts("AC47", EXPIRY));
    assertFalse(captcha.accepts("AC4", EXPIRY.minusMillis(1)));
    assertFalse(captcha.accepts("", EXPIRY.minusMillis(1)));
    assertFalse(captcha.accepts(null, EXPIRY.minusMillis(1)));
  }

  @Test
  void everyCharacterHasItsStrokesAndNoText() {
    for (char character : CaptchaPicture.ALPHABET.toCharArray()) {
      String svg = CaptchaPicture.svg(String.valueOf(character), new Random(1));
      assertTrue(svg.contains("<path d=\"M"), "strokes of " + character);
      assertFalse(svg.contains("<text"));
    }
  }

  @Test
  void picturesOfTheSameCharactersDiffer() {
    String first = CaptchaPicture.svg("AC47", new Random(1));
    assertNotEquals(first, CaptchaPicture.svg("AC47", new Random(2)));
  }
}
