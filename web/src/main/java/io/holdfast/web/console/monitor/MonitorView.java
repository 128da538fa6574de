package io.holdfast.web.console.monitor;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.run.RunService;
import io.holdfast.server.run.RunState;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The runs that have not ended with their progress, and the last ones that have (JOB-03). */
@Named
@ViewScoped
public class MonitorView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final List<RunState> ACTIVE =
      List.of(RunState.RUNNING, RunState.STOPPING, RunState.PENDING);
  private static final int MOST_ACTIVE = 20;
  private static final int RECENT = 8;

  @Inject RunService runs;
  @Inject Feedback feedback;

  private transient List<RunProgress> active;
  private transient List<BackupRun> recent;

  /** Runs at work, each with how far it, its VMs and their disks are. */
  public List<RunProgress> getActive() {
    if (active == null) {
      active =
          feedback
              .attempt(() -> activeRuns().stream().map(run -> runs.get(run.getId())).toList())
              .orElse(List.of());
    }
    return active;
  }

  private List<BackupRun> activeRuns() {
    List<BackupRun> found = new ArrayList<>();
    for (RunState state : ACTIVE) {
      RunFilter filter = new RunFilter(null, null, state, "");
      found.addAll(runs.list(filter, PageRequest.first(MOST_ACTIVE)).items());
    }
    return found.subList(0, Math.min(MOST_ACTIVE, found.size()));
  }

  /** The newest runs that have ended. */
  public List<BackupRun> getRecent() {
    if (recent == null) {
      recent =
          feedback
              .attempt(
                  () -> runs.list(RunFilter.ALL, PageRequest.first(RECENT + MOST_ACTIVE)).items())
              .orElse(List.of())
              .stream()
              .filter(run -> run.getState().isEnded())
              .limit(RECENT)
              .toList();
    }
    return recent;
  }

  /** Asks again at the next rendering. */
  public void refresh() {
    active = null;
    recent = null;
  }

  /** Stops a run; its snapshots are removed. */
  public void stop(BackupRun run) {
    if (feedback.attempt(() -> runs.stop(run.getId()))) {
      feedback.done("jobs.stopping", run.getJobName());
    }
    refresh();
  }
}
