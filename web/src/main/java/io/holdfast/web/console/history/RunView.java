package io.holdfast.web.console.history;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.run.RunService;
import io.holdfast.server.run.TaskState;
import io.holdfast.web.console.layout.Feedback;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

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

  /** Whether VMs of the run are left to be tried again (JOB-05). */
  public boolean isRetryable() {
    return getProgress() != null
        && getProgress().run().getKind() == RunKind.BACKUP
        && getProgress().run().getState().isEnded()
        && getProgress().vms().stream().anyMatch(vm -> vm.task().getState() == TaskState.FAILED);
  }

  /** Backs the VMs that failed up again and shows that run; null stays and says why not. */
  public String retry() {
    Set<UUID> failed =
        getProgress().vms().stream()
            .filter(vm -> vm.task().getState() == TaskState.FAILED)
            .map(vm -> vm.task().getId())
            .collect(Collectors.toSet());
    return feedback
        .attempt(() -> runs.retry(id, failed))
        .map(
            run -> {
              feedback.done("run.retry.started", run.getJobName());
              return "/console/history/run?faces-redirect=true&run=" + run.getId();
            })
        .orElse(null);
  }

  /** Stops the run; its snapshots are removed. */
  public void stop() {
    if (feedback.attempt(() -> runs.stop(id))) {
      feedback.done("jobs.stopping", getProgress().run().getJobName());
    }
    refresh();
  }
}
