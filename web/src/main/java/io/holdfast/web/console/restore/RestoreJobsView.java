package io.holdfast.web.console.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.captcha.Captcha;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.captcha.CaptchaService;
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

/** Restore jobs that were kept: started again, with a captcha, or deleted (RST-07). */
@Named
@ViewScoped
public class RestoreJobsView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RestoreService restores;
  @Inject RunService runs;
  @Inject CatalogService catalog;
  @Inject CaptchaService captchas;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject Texts texts;

  private transient LazyRows<RestoreJob> rows;
  private transient Map<UUID, Optional<BackupRun>> lastRuns;
  private transient Map<UUID, Optional<RestorePoint>> points;
  private String search;
  private UUID chosenId;
  private String question;
  private UUID captchaId;
  private String captchaPicture;
  private String captchaCharacters;
  private boolean captchaAsText;
  private String captcha;

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
    captchaAsText = false;
    newCaptcha();
  }

  /** Shows another captcha. */
  public void newCaptcha() {
    Captcha issued = captchas.issue();
    captchaId = issued.id();
    captchaPicture = issued.svg();
    captchaCharacters = issued.characters();
    captcha = null;
  }

  /** Shows the captcha as text, for a reader who cannot see the picture. */
  public void showCaptchaText() {
    captchaAsText = true;
  }

  /** Starts the job and shows its progress; null stays and says why not. */
  public String start() {
    Optional<BackupRun> run = feedback.attempt(this::accept);
    if (run.isEmpty()) {
      newCaptcha();
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("restore.started", run.get().getJobName());
    return "/console/monitor/monitor?faces-redirect=true";
  }

  /** Null when the captcha was wrong, which is said next to it. */
  private BackupRun accept() {
    try {
      return restores.start(chosenId, new CaptchaAnswer(captchaId, captcha));
    } catch (BackupException error) {
      if (error.code() != ErrorCode.CAPTCHA_WRONG) {
        throw error;
      }
      feedback.refuse("captcha", error);
      return null;
    }
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

  /** A drawing, made by the server of digits and strokes only. */
  public String getCaptchaPicture() {
    return captchaPicture;
  }

  /** The characters, when they were asked for as text; empty before. */
  public String getCaptchaText() {
    return captchaAsText ? captchaCharacters : "";
  }

  /** Always empty: each answer is typed. */
  public String getCaptcha() {
    return null;
  }

  public void setCaptcha(String captcha) {
    this.captcha = captcha;
  }
}
