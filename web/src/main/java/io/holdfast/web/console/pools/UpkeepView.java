package io.holdfast.web.console.pools;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.upkeep.PoolJob;
import io.holdfast.server.upkeep.PoolJobDamage;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobPlan;
import io.holdfast.server.upkeep.PoolJobService;
import io.holdfast.server.upkeep.PoolJobWork;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import io.holdfast.web.console.table.LazyRows;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What keeps one pool in order: jobs under way and of the past, started and stopped (POOL-10). */
@Named
@ViewScoped
public class UpkeepView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_DAMAGE = 200;
  private static final int ALL_PERCENT = 100;

  @Inject PoolJobService jobs;
  @Inject PoolService pools;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject Texts texts;
  @Inject LanguageView language;

  private String poolId;
  private String poolName = "";
  private transient LazyRows<PoolJob> rows;
  private transient List<PoolJobDamage> damage;
  private int percent = ALL_PERCENT;
  private int notVerifiedDays;

  /** Takes the pool named in the address. */
  @PostConstruct
  public void open() {
    String wanted =
        FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap().get("pool");
    feedback
        .attempt(() -> find(wanted))
        .ifPresent(
            pool -> {
              poolId = pool.id().value();
              poolName = pool.name();
            });
  }

  private StoragePool find(String wanted) {
    return pools.list().stream()
        .filter(pool -> pool.id().value().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.NOT_FOUND, "what", "pool", "id", String.valueOf(wanted)));
  }

  /** Jobs of the pool, newest first. */
  public LazyRows<PoolJob> getRows() {
    if (rows == null) {
      rows = new LazyRows<>(this::load, job -> job.id().toString());
    }
    return rows;
  }

  private LazyRows.Rows<PoolJob> load(int offset, int limit) {
    Page<PoolJob> page =
        feedback
            .attempt(
                () ->
                    jobs.list(Optional.of(id()), Optional.empty(), new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  private PoolId id() {
    return new PoolId(poolId);
  }

  /** Collects garbage as the plan would, to its end. */
  public void collect() {
    start(PoolJobKind.GARBAGE, planned(false));
  }

  /** Says what there is to free. */
  public void survey() {
    start(PoolJobKind.GARBAGE, planned(true));
  }

  private PoolJobWork planned(boolean dryRun) {
    PoolJobWork work =
        feedback
            .attempt(() -> jobs.plan(id(), PoolJobKind.GARBAGE))
            .map(PoolJobPlan.Settings::work)
            .orElse(PoolJobWork.preset());
    return new PoolJobWork(
        dryRun, work.minLivePercent(), work.copyBudgetGib(), ALL_PERCENT, 0, false, 0);
  }

  /** Verifies what was chosen. */
  public void verify() {
    feedback
        .attempt(
            () -> {
              PoolJobWork preset = PoolJobWork.preset();
              return new PoolJobWork(
                  false,
                  preset.minLivePercent(),
                  preset.copyBudgetGib(),
                  percent,
                  notVerifiedDays,
                  false,
                  0);
            })
        .ifPresent(work -> start(PoolJobKind.VERIFY, work));
  }

  private void start(PoolJobKind kind, PoolJobWork work) {
    if (feedback.attempt(
        () -> {
          jobs.start(id(), kind, work);
        })) {
      feedback.done("upkeep.started", texts.state(kind));
    }
  }

  /** Asks a job to end soon. */
  public void stop(PoolJob job) {
    if (feedback.attempt(
        () -> {
          jobs.stop(job.id());
        })) {
      feedback.done("upkeep.stopping", texts.state(job.kind()));
    }
  }

  /** Opens the list of what a verification found. */
  public void show(PoolJob job) {
    UUID jobId = job.id();
    damage =
        feedback
            .attempt(() -> jobs.damage(jobId, PageRequest.first(MOST_DAMAGE)).items())
            .orElse(List.of());
  }

  /** How far a job is. */
  public String progress(PoolJob job) {
    if (job.state().isEnded() || job.phase().isEmpty()) {
      return "";
    }
    boolean bytes = "VERIFY".equals(job.phase()) || "COMPACT".equals(job.phase());
    String done = bytes ? formats.bytes(job.done()) : Long.toString(job.done());
    String text = texts.of(phaseKey(job.phase()), done);
    return job.total() > 0 ? text + " · " + formats.percent(job.done(), job.total()) + " %" : text;
  }

  private static String phaseKey(String phase) {
    return switch (phase) {
      case "VERIFY" -> "upkeep.phase.verify";
      case "COMPACT" -> "upkeep.phase.compact";
      case "DELETE" -> "upkeep.phase.delete";
      case "TIDY" -> "upkeep.phase.tidy";
      default -> "upkeep.phase.mark";
    };
  }

  /** What came of a job, or why it failed. */
  public String outcome(PoolJob job) {
    if (job.error().isPresent()) {
      return job.error().get().message(language.getLocale());
    }
    if (!job.state().isEnded() || job.result().values().isEmpty()) {
      return "";
    }
    return job.kind() == PoolJobKind.VERIFY ? verified(job) : collected(job);
  }

  private String verified(PoolJob job) {
    return texts.of(
        "upkeep.verified",
        formats.bytes(job.result().amount("checkedBytes")),
        job.result().amount("damagedPlaces"),
        job.result().amount("hurtPoints"));
  }

  private String collected(PoolJob job) {
    if (job.work().dryRun()) {
      return texts.of(
          "upkeep.surveyed",
          formats.bytes(job.result().amount("deadBytes")),
          formats.bytes(job.result().amount("sparseBytes")));
    }
    String freed =
        texts.of(
            "upkeep.collected",
            formats.bytes(job.result().amount("freedBytes")),
            formats.bytes(job.result().amount("copiedBytes")));
    long waiting = job.result().amount("waitingPacks");
    return waiting == 0
        ? freed
        : freed
            + " "
            + texts.of("upkeep.waiting", waiting, sessions(job.result().waitingForSessions()));
  }

  private static int sessions(String ids) {
    return ids.isEmpty() ? 0 : ids.split(",").length;
  }

  /** Whether a job has found damage. */
  public boolean isDamaged(PoolJob job) {
    return job.result().amount("damagedPlaces") > 0;
  }

  /** What the last shown verification found; empty before one is shown. */
  public List<PoolJobDamage> getDamage() {
    return damage == null ? List.of() : damage;
  }

  public List<PoolJobKind> getKinds() {
    return List.of(PoolJobKind.values());
  }

  /** Whether there is such a pool. */
  public boolean isFound() {
    return poolId != null;
  }

  public String getPoolId() {
    return poolId;
  }

  public String getPoolName() {
    return poolName;
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
