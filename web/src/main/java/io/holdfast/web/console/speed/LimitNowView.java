package io.holdfast.web.console.speed;

import io.holdfast.server.run.RunLimits;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.run.RunService;
import io.holdfast.server.speed.Rates;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.UUID;

/** Gives a run under way limits of its own, or its job's again. */
@Named("limitNow")
@ViewScoped
public class LimitNowView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RunLimits limits;
  @Inject RunService runs;
  @Inject Feedback feedback;

  private UUID runId;
  private String jobName;
  private boolean ownLimits;
  private RateForm transfer = new RateForm(Rates.UNLIMITED);
  private RateForm disk = new RateForm(Rates.UNLIMITED);

  /** Opens the dialog with what holds for a run now. */
  public void open(UUID id) {
    feedback.attempt(() -> runs.get(id)).ifPresent(this::show);
  }

  private void show(RunProgress progress) {
    runId = progress.run().getId();
    jobName = progress.run().getJobName();
    ownLimits = progress.run().hasOwnLimits();
    transfer = new RateForm(progress.limits().transferBytesPerSecond());
    disk = new RateForm(progress.limits().diskBytesPerSecond());
  }

  /** The entered limits hold from now on. */
  public void apply() {
    if (feedback.attempt(
        () -> limits.limitNow(runId, transfer.bytesPerSecond(), disk.bytesPerSecond()))) {
      feedback.done("run.limit.applied", jobName);
    }
  }

  /** The job's windows hold again. */
  public void useJobs() {
    if (feedback.attempt(() -> limits.useJobs(runId))) {
      feedback.done("run.limit.ofJob", jobName);
    }
  }

  public String getJobName() {
    return jobName;
  }

  /** Whether there is something to take back. */
  public boolean isOwnLimits() {
    return ownLimits;
  }

  public RateForm getTransfer() {
    return transfer;
  }

  public RateForm getDisk() {
    return disk;
  }
}
