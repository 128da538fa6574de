package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.retention.KeptFor;
import io.holdfast.server.retention.Removal;
import io.holdfast.server.retention.RestorePointService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.stream.Collectors;

/** Restore points protected and deleted by hand (POOL-09): asks first and says what goes. */
@Named("pointUpkeep")
@ViewScoped
public class PointUpkeepView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RestorePointService points;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject Texts texts;
  @Inject LanguageView language;

  private transient Removal removal;
  private String chosen;

  /** Protects a restore point, or ends that. */
  public void protect(RestorePoint point, boolean held) {
    RestorePointId id = point.id();
    if (feedback.attempt(() -> points.protect(id, held)).isPresent()) {
      feedback.done(
          held ? "points.protected" : "points.unprotected", formats.time(point.createdAt()));
    }
  }

  /** Asks what deleting a restore point would mean, for the dialog. */
  public void ask(RestorePoint point) {
    RestorePointId id = point.id();
    chosen = id.value();
    removal = feedback.attempt(() -> points.preview(id)).orElse(null);
  }

  /** Deletes the restore point that was asked for. */
  public void delete() {
    RestorePointId id = new RestorePointId(chosen);
    if (feedback.attempt(() -> points.remove(id))) {
      feedback.done("points.deleted", id);
    }
  }

  /** Why retention keeps it, in the reader's language. */
  public String keptFor(RestorePoint point) {
    return KeptFor.of(point.keptFor()).stream().map(texts::state).collect(Collectors.joining(", "));
  }

  /** What deleting would mean; null before it was asked, or when it could not be. */
  public Removal getRemoval() {
    return removal;
  }

  /** What would be freed, or that it could not be measured. */
  public String getFreed() {
    return removal == null || removal.freed().isEmpty()
        ? texts.of("points.freed.unknown")
        : formats.bytes(
            removal.freed().get().getPackBytes() + removal.freed().get().getFileBytes());
  }

  /** Names of the kept restore jobs that need it. */
  public String getRestoreJobs() {
    return removal == null ? "" : String.join(", ", removal.restoreJobs());
  }

  /** Why it cannot be deleted; empty when it can. */
  public String getRefused() {
    return removal == null
        ? ""
        : removal.refused().map(why -> why.message(language.getLocale())).orElse("");
  }

  /** Whether the dialog may go on. */
  public boolean isDeletable() {
    return removal != null && removal.refused().isEmpty();
  }
}
