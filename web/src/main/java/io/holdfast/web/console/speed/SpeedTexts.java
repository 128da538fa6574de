package io.holdfast.web.console.speed;

import io.holdfast.error.BackupException;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.speed.Rates;
import io.holdfast.server.speed.SpeedInForce;
import io.holdfast.server.speed.SpeedLimits;
import io.holdfast.server.speed.SpeedSchedule;
import io.holdfast.server.speed.SpeedWindow;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Speed limits in the reader's words. Thread-safe. */
@Named("speeds")
@ApplicationScoped
public class SpeedTexts {
  private Texts texts;
  private Formats formats;
  private LanguageView language;

  protected SpeedTexts() {}

  @Inject
  public SpeedTexts(Texts texts, Formats formats, LanguageView language) {
    this.texts = texts;
    this.formats = formats;
    this.language = language;
  }

  /** "10 MiB/s", "no limit" or "held". */
  public String rate(long bytesPerSecond) {
    if (bytesPerSecond == Rates.UNLIMITED) {
      return texts.of("speed.none");
    }
    return bytesPerSecond == 0 ? texts.of("speed.zero") : formats.bytes(bytesPerSecond) + "/s";
  }

  /** A day in two or three letters. */
  public String day(DayOfWeek day) {
    return day.getDisplayName(TextStyle.SHORT, language.getLocale());
  }

  /** "Mon Tue 08:00–18:00: 10 MiB/s" for each window, and what holds outside them. */
  public List<String> lines(ScheduleForm form) {
    try {
      return lines(form.schedule());
    } catch (BackupException notYet) {
      return List.of();
    }
  }

  private List<String> lines(SpeedSchedule schedule) {
    List<String> lines = new ArrayList<>();
    for (SpeedWindow window : schedule.windows()) {
      lines.add(
          texts.of(
              "speed.window",
              days(window),
              window.from() + "–" + end(window.to()),
              rate(window.bytesPerSecond())));
    }
    if (schedule.windows().isEmpty()) {
      lines.add(rate(schedule.otherwise()));
    } else if (schedule.otherwise() != Rates.UNLIMITED) {
      lines.add(texts.of("speed.otherwise.line", rate(schedule.otherwise())));
    }
    return lines;
  }

  private static String end(LocalTime to) {
    return to.equals(LocalTime.MIDNIGHT) ? "24:00" : to.toString();
  }

  private String days(SpeedWindow window) {
    return window.days().isEmpty()
        ? texts.of("speed.everyDay")
        : window.days().stream().map(this::day).collect(Collectors.joining(" "));
  }

  /** Which windows overlap, and what follows. */
  public List<String> overlaps(ScheduleForm form) {
    return form.getOverlaps().stream()
        .map(pair -> texts.of("speed.overlap", pair.first() + 1, pair.second() + 1))
        .toList();
  }

  /** The clock that windows are meant by. */
  public String getZone() {
    return SpeedLimits.zone().getDisplayName(TextStyle.FULL, language.getLocale())
        + " ("
        + SpeedLimits.zone().getId()
        + ")";
  }

  /** What limits a run now, and until when; empty when nothing does. */
  public String now(RunProgress progress) {
    SpeedInForce limits = progress.limits();
    if (!limits.isLimited() && !progress.run().hasOwnLimits()) {
      return limits.nextChange().map(at -> texts.of("run.limit.later", time(at))).orElse("");
    }
    String rates =
        texts.of(
            "run.limit.rates",
            rate(limits.transferBytesPerSecond()),
            rate(limits.diskBytesPerSecond()));
    if (progress.run().hasOwnLimits()) {
      return texts.of("run.limit.own", rates);
    }
    return limits
        .nextChange()
        .map(at -> texts.of("run.limit.until", rates, time(at)))
        .orElse(rates);
  }

  /** Says that a run is held, and until when; empty when it is not. */
  public String held(RunProgress progress) {
    if (!progress.limits().isHeld()) {
      return "";
    }
    Optional<Instant> until = progress.limits().heldUntil();
    return until
        .map(at -> texts.of("run.limit.held", time(at)))
        .orElseGet(() -> texts.of("run.limit.heldOpen"));
  }

  private String time(Instant at) {
    String whole = formats.time(at);
    return whole.substring(0, whole.length() - ":00".length());
  }
}
