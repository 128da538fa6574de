package io.holdfast.web.console.locale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CON-01")
class FormatsTest {
  private final FixedLanguage language = new FixedLanguage();
  private final Formats formats = new Formats(new Texts(language), language);

  @Test
  void sizesHaveBinaryUnits() {
    assertEquals("0 B", formats.bytes(0));
    assertEquals("1023 B", formats.bytes(1023));
    assertEquals("1 KiB", formats.bytes(1024));
    assertEquals("1.5 GiB", formats.bytes(1_610_612_736L));
    assertEquals("1 GiB", formats.bytes((1L << 30) - 1));
    assertEquals("8 EiB", formats.bytes(Long.MAX_VALUE));
    assertEquals("–", formats.bytes(-1));
  }

  @Test
  void speedOfNothingIsADash() {
    assertEquals("–", formats.speed(0));
    assertEquals("12.3 MiB/s", formats.speed(12.3 * (1 << 20)));
  }

  @Test
  void percentStaysWithinItsBounds() {
    assertEquals(0, formats.percent(5, 0));
    assertEquals(49, formats.percent(499, 1000));
    assertEquals(100, formats.percent(2000, 1000));
    assertEquals(0, formats.percent(-1, 1000));
  }

  @Test
  void durationsAreInWordsOfTheLanguage() {
    assertEquals("8 s", formats.duration(Duration.ofSeconds(8)));
    assertEquals("3 min 05 s", formats.duration(Duration.ofSeconds(185)));
    assertEquals("25 h 02 min", formats.duration(Duration.ofMinutes(25 * 60 + 2)));
    assertEquals("–", formats.duration(null));
    language.locale = Locale.CHINESE;
    assertEquals("3 分 05 秒", formats.duration(Duration.ofSeconds(185)));
  }

  private static final class FixedLanguage extends LanguageView {
    private static final long serialVersionUID = 1L;
    private Locale locale = Locale.ENGLISH;

    @Override
    public Locale getLocale() {
      return locale;
    }
  }
}
