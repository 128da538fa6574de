package io.holdfast.web.console.locale;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;

/**
 * Sizes, speeds, durations and times as people read them. Binary units, one decimal; times in the
 * browser's zone, which every page names at its foot. Thread-safe.
 */
@Named("format")
@ApplicationScoped
public class Formats {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final String ZONE_COOKIE = "hf-zone";
  private static final String NONE = "–";

  private Texts texts;
  private LanguageView language;

  protected Formats() {}

  @Inject
  public Formats(Texts texts, LanguageView language) {
    this.texts = texts;
    this.language = language;
  }

  /** {@code 1610612736} as "1.5 GiB"; a negative number means unknown. */
  public String bytes(long bytes) {
    if (bytes < 0) {
      return NONE;
    }
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    if (unit > 0 && unit < UNITS.length - 1 && value >= 1023.95) {
      value = 1;
      unit++;
    }
    String number =
        unit == 0 || value == Math.rint(value)
            ? Long.toString(Math.round(value))
            : String.format(Locale.ROOT, "%.1f", value);
    return number + " " + UNITS[unit];
  }

  /** Bytes per second as "12.3 MiB/s". */
  public String speed(double bytesPerSecond) {
    return bytesPerSecond <= 0 ? NONE : bytes(Math.round(bytesPerSecond)) + "/s";
  }

  /** "3.4 : 1"; a dash when either is nothing or unknown. */
  public String ratio(long part, long whole) {
    return part <= 0 || whole <= 0
        ? NONE
        : String.format(Locale.ROOT, "%.1f : 1", (double) part / whole);
  }

  /** A share in percent, 0 to 100; 0 when nothing is known of the whole. */
  public int percent(long part, long whole) {
    return whole <= 0 ? 0 : (int) Math.max(0, Math.min(100, Math.floorDiv(part * 100, whole)));
  }

  /** "1 h 02 min", "3 min 05 s", "8 s" in the reader's language; a dash for none. */
  public String duration(Duration duration) {
    if (duration == null || duration.isNegative()) {
      return NONE;
    }
    if (duration.toHours() > 0) {
      return texts.of("duration.hours", duration.toHours(), twoDigits(duration.toMinutesPart()));
    }
    if (duration.toMinutes() > 0) {
      return texts.of(
          "duration.minutes", duration.toMinutes(), twoDigits(duration.toSecondsPart()));
    }
    return texts.of("duration.seconds", duration.toSeconds());
  }

  /** Time from one instant to another. */
  public String between(Instant from, Instant until) {
    return from == null || until == null ? NONE : duration(Duration.between(from, until));
  }

  /** "2026-11-21 08:44:29" in the reader's zone; a dash for none. */
  public String time(Instant instant) {
    return instant == null ? NONE : TIME.format(instant.atZone(zoneId()));
  }

  /** The reader's zone in words, as "Asia/Shanghai". */
  public String getZone() {
    ZoneId zone = zoneId();
    String name = zone.getDisplayName(TextStyle.FULL, language.getLocale());
    return name.equals(zone.getId()) ? name : name + " (" + zone.getId() + ")";
  }

  /** The zone the browser told, else the server's. */
  public ZoneId zoneId() {
    FacesContext faces = FacesContext.getCurrentInstance();
    if (faces != null
        && faces.getExternalContext().getRequestCookieMap().get(ZONE_COOKIE)
            instanceof Cookie cookie) {
      try {
        return ZoneId.of(cookie.getValue());
      } catch (DateTimeException unknown) {
        return ZoneId.systemDefault();
      }
    }
    return ZoneId.systemDefault();
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
