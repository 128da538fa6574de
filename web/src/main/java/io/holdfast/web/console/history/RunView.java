package io.holdfast.web.console.history;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.run.RunService;
import io.holdfast.web.console.layout.Feedback;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;

/** One run with its VMs and their disks, live while it has not ended (JOB-03). */
@Named
@ViewScoped
public class RunView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RunService runs;
  @Inject Feedback feedback;

  private UUID id;
  private transient RunProgress progress;
  private transient List<RunProgress.TrafficPoint> traffic;

  /** Takes the run named in the address. */
  @PostConstruct
  public void open() {
    String wanted =
        FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap().get("run");
    feedback.attempt(
        () -> {
          id = idOf(wanted);
        });
  }

  private static UUID idOf(String text) {
    try {
      return UUID.fromString(text == null ? "" : text);
    } catch (IllegalArgumentException noId) {
      throw BackupException.causedBy(noId, ErrorCode.NOT_FOUND, "what", "run", "id", text);
    }
  }

  /** The run; null when there is none. */
  public RunProgress getProgress() {
    if (progress == null && id != null) {
      progress = feedback.attempt(() -> runs.get(id)).orElse(null);
    }
    return progress;
  }

  /** Speed over the life of the run, oldest first. */
  public List<RunProgress.TrafficPoint> getTraffic() {
    if (traffic == null) {
      traffic = id == null ? List.of() : feedback.attempt(() -> runs.traffic(id)).orElse(List.of());
    }
    return traffic;
  }

  /** Asks again at the next rendering. */
  public void refresh() {
    progress = null;
    traffic = null;
  }

  /** Whether the page should go on asking. */
  public boolean isActive() {
    return getProgress() != null && !getProgress().run().getState().isEnded();
  }

  /** Stops the run; its snapshots are removed. */
  public void stop() {
    if (feedback.attempt(() -> runs.stop(id))) {
      feedback.done("jobs.stopping", getProgress().run().getJobName());
    }
    refresh();
  }
}
