package io.holdfast.web.console.pools;

import io.holdfast.server.pool.PoolId;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobPlan;
import io.holdfast.server.upkeep.PoolJobService;
import io.holdfast.server.upkeep.PoolJobWork;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** When jobs of a kind run in a pool by themselves, and the dialog that changes it (POOL-10). */
@Named("upkeepPlan")
@ViewScoped
public class UpkeepPlanView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject PoolJobService jobs;
  @Inject Feedback feedback;
  @Inject Texts texts;
  @Inject LanguageView language;

  private String poolId;
  private PoolJobKind kind = PoolJobKind.GARBAGE;
  private boolean enabled;
  private DayOfWeek[] days = {};
  private LocalTime time = LocalTime.MIDNIGHT;
  private int windowMinutes;
  private int minLivePercent;
  private int copyBudgetGib;
  private int percent;
  private int notVerifiedDays;

  /** Opens the dialog with what holds now. */
  public void open(String pool, PoolJobKind wanted) {
    poolId = pool;
    kind = wanted;
    feedback.attempt(() -> jobs.plan(new PoolId(pool), wanted)).ifPresent(this::take);
  }

  private void take(PoolJobPlan.Settings settings) {
    enabled = settings.enabled();
    days = settings.weekdays().stream().sorted().toArray(DayOfWeek[]::new);
    time = LocalTime.ofSecondOfDay(settings.minuteOfDay() * 60L);
    windowMinutes = settings.work().windowMinutes();
    minLivePercent = settings.work().minLivePercent();
    copyBudgetGib = settings.work().copyBudgetGib();
    percent = settings.work().percent();
    notVerifiedDays = settings.work().notVerifiedDays();
  }

  /** Stores it. */
  public void save() {
    boolean stored =
        feedback
            .attempt(
                () ->
                    jobs.define(
                        new PoolId(poolId),
                        kind,
                        before ->
                            new PoolJobPlan.Settings(
                                enabled, chosenDays(), time.toSecondOfDay() / 60, work())))
            .isPresent();
    if (stored) {
      feedback.done("upkeep.planned", texts.state(kind));
    }
  }

  private Set<DayOfWeek> chosenDays() {
    Set<DayOfWeek> chosen = EnumSet.noneOf(DayOfWeek.class);
    chosen.addAll(Arrays.asList(days));
    return chosen;
  }

  private PoolJobWork work() {
    return new PoolJobWork(
        false, minLivePercent, copyBudgetGib, percent, notVerifiedDays, false, windowMinutes);
  }

  /** A plan in words: days and time, or that there is none. */
  public String summary(String pool, PoolJobKind of) {
    return feedback.attempt(() -> jobs.plan(new PoolId(pool), of)).map(this::inWords).orElse("");
  }

  private String inWords(PoolJobPlan.Settings settings) {
    if (!settings.enabled()) {
      return texts.of("upkeep.plan.off");
    }
    String on =
        settings.weekdays().isEmpty()
            ? texts.of("upkeep.plan.daily")
            : settings.weekdays().stream()
                .sorted()
                .map(this::dayName)
                .collect(Collectors.joining(", "));
    return on + " " + LocalTime.ofSecondOfDay(settings.minuteOfDay() * 60L);
  }

  /** A day of the week in the reader's language. */
  public String dayName(DayOfWeek day) {
    return day.getDisplayName(TextStyle.SHORT, language.getLocale());
  }

  /** Whose clock counts. */
  public String getZone() {
    return ZoneId.systemDefault().getDisplayName(TextStyle.FULL, language.getLocale());
  }

  public List<DayOfWeek> getAllDays() {
    return List.of(DayOfWeek.values());
  }

  public boolean isGarbage() {
    return kind == PoolJobKind.GARBAGE;
  }

  public PoolJobKind getKind() {
    return kind;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public DayOfWeek[] getDays() {
    return days.clone();
  }

  public void setDays(DayOfWeek[] days) {
    this.days = days.clone();
  }

  public LocalTime getTime() {
    return time;
  }

  public void setTime(LocalTime time) {
    this.time = time;
  }

  public int getWindowMinutes() {
    return windowMinutes;
  }

  public void setWindowMinutes(int windowMinutes) {
    this.windowMinutes = windowMinutes;
  }

  public int getMinLivePercent() {
    return minLivePercent;
  }

  public void setMinLivePercent(int minLivePercent) {
    this.minLivePercent = minLivePercent;
  }

  public int getCopyBudgetGib() {
    return copyBudgetGib;
  }

  public void setCopyBudgetGib(int copyBudgetGib) {
    this.copyBudgetGib = copyBudgetGib;
  }

  public int getPercent() {
    return percent;
  }

  public void setPercent(int percent) {
    this.percent = percent;
  }

  public int getNotVerifiedDays() {
    return notVerifiedDays;
  }

  public void setNotVerifiedDays(int notVerifiedDays) {
    this.notVerifiedDays = notVerifiedDays;
  }
}
