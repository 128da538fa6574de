package io.holdfast.web.console.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.restore.RestoreJob;
import io.holdfast.server.restore.RestoreMode;
import io.holdfast.server.restore.RestoreService;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunService;
import io.holdfast.web.console.captcha.CaptchaView;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.Texts;
import io.holdfast.web.console.table.LazyRows;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** Restore jobs that were kept: started again, with a captcha, or deleted (RST-07). */
@Named
@ViewScoped
public class RestoreJobsView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RestoreService restores;
  @Inject RunService runs;
  @Inject CatalogService catalog;
  @Inject CaptchaView captcha;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject Texts texts;

  private transient LazyRows<RestoreJob> rows;
  private transient Map<UUID, Optional<BackupRun>> lastRuns;
  private transient Map<UUID, Optional<RestorePoint>> points;
  private String search;
  private UUID chosenId;
  private String question;

  /** The jobs that match, newest first. */
  public LazyRows<RestoreJob> getRows() {
    if (rows == null) {
      rows = new LazyRows<>(this::load, RestoreJob::getId);
    }
    return rows;
  }

  private LazyRows.Rows<RestoreJob> load(int offset, int limit) {
    lastRuns = new HashMap<>();
    points = new HashMap<>();
    Page<RestoreJob> page =
        feedback
            .attempt(() -> restores.list(search, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  /** The job's latest run; null when it never ran. */
  public BackupRun lastRun(RestoreJob job) {
    lastRuns = lastRuns == null ? new HashMap<>() : lastRuns;
    return lastRuns
        .computeIfAbsent(
            job.getId(),
            id ->
                runs.list(new RunFilter(null, id, null, ""), PageRequest.first(1)).items().stream()
                    .findFirst())
        .orElse(null);
  }

  /** Whether a run of it has not ended. */
  public boolean isActive(RestoreJob job) {
    BackupRun last = lastRun(job);
    return last != null && !last.getState().isEnded();
  }

  /** Name of the VM whose state is restored; the time point's id when it is gone. */
  public String vmOf(RestoreJob job) {
    return point(job)
        .map(RestorePoint::vmName)
        .orElseGet(() -> job.getDefinition().restorePointId().toString());
  }

  /** When that state was; null when the time point is gone. */
  public Instant timeOf(RestoreJob job) {
    return point(job).map(RestorePoint::createdAt).orElse(null);
  }

  private Optional<RestorePoint> point(RestoreJob job) {
    points = points == null ? new HashMap<>() : points;
    return points.computeIfAbsent(job.getId(), id -> found(job));
  }

  private Optional<RestorePoint> found(RestoreJob job) {
    try {
      return Optional.of(catalog.get(pointId(job)));
    } catch (BackupException error) {
      if (error.code() == ErrorCode.NOT_FOUND
          || error.code() == ErrorCode.RESTORE_POINT_NOT_FOUND) {
        return Optional.empty();
      }
      throw error;
    }
  }

  private static RestorePointId pointId(RestoreJob job) {
    return new RestorePointId(job.getDefinition().restorePointId().toString());
  }

  /** Opens the dialog that starts a job again. */
  public void prepareStart(RestoreJob job) {
    chosenId = job.getId();
    RestoreMode mode = job.getDefinition().mode();
    boolean overwrites = mode == RestoreMode.ORIGINAL_VM || mode == RestoreMode.ORIGINAL_DISK;
    question =
        texts.of(
            overwrites ? "restore.ask.original" : "restore.ask.new",
            vmOf(job),
            formats.time(timeOf(job)));
    captcha.renew();
  }

  /** Starts the job and shows its progress; null stays and says why not. */
  public String start() {
    AtomicReference<BackupRun> run = new AtomicReference<>();
    if (!captcha.guard(answer -> run.set(restores.start(chosenId, answer)))) {
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("restore.started", run.get().getJobName());
    return "/console/monitor/monitor?faces-redirect=true";
  }

  /** Deletes a job; its runs and what they restored stay. */
  public void delete(RestoreJob job) {
    if (feedback.attempt(() -> restores.delete(job.getId()))) {
      feedback.done("restoreJobs.deleted", job.getName());
    }
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }

  /** What is asked before the start; it names what is lost. */
  public String getQuestion() {
    return question;
  }
}
