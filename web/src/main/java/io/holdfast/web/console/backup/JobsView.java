package io.holdfast.web.console.backup;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.layout.Names;
import io.holdfast.web.console.table.LazyRows;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The backup jobs and what can be done with one (JOB-02, JOB-10). */
@Named
@ViewScoped
public class JobsView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String MONITOR = "/console/monitor/monitor?faces-redirect=true";

  @Inject PolicyService policies;
  @Inject RunService runs;
  @Inject Feedback feedback;
  @Inject Names names;

  private transient LazyRows<BackupPolicy> rows;
  private final Map<UUID, Optional<BackupRun>> lastRuns = new HashMap<>();
  private String search;
  private UUID chosenId;
  private String chosenName;
  private BackupType type;
  private String copyName;

  /** The jobs whose name contains the search text, by name. */
  public LazyRows<BackupPolicy> getRows() {
    if (rows == null) {
      rows = new LazyRows<>(this::load, BackupPolicy::getId);
    }
    return rows;
  }

  private LazyRows.Rows<BackupPolicy> load(int offset, int limit) {
    lastRuns.clear();
    Page<BackupPolicy> page =
        feedback
            .attempt(() -> policies.list(search, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  /** The newest run of a job; null when it never ran. */
  public BackupRun lastRun(BackupPolicy job) {
    return lastRuns
        .computeIfAbsent(
            job.getId(),
            id -> runs.list(RunFilter.ofJob(id), PageRequest.first(1)).items().stream().findFirst())
        .orElse(null);
  }

  /** Whether a run of the job has not ended. */
  public boolean isActive(BackupPolicy job) {
    BackupRun run = lastRun(job);
    return run != null && !run.getState().isEnded();
  }

  public String platform(BackupPolicy job) {
    return names.platform(job.getPlatformId());
  }

  public String pool(BackupPolicy job) {
    return names.pool(job.getPoolId());
  }

  public String agent(BackupPolicy job) {
    return names.agent(job.getAgentId());
  }

  /** Opens the dialog that starts the job. */
  public void prepareStart(BackupPolicy job) {
    choose(job);
    type = job.getBackupType();
  }

  /** Starts the chosen job and shows its progress. */
  public String start() {
    return feedback.attempt(() -> runs.start(chosenId, Optional.of(type))).isPresent()
        ? MONITOR
        : null;
  }

  /** Stops the job's run; its snapshots are removed. */
  public void stop(BackupPolicy job) {
    BackupRun run = lastRun(job);
    if (run != null && feedback.attempt(() -> runs.stop(run.getId()))) {
      feedback.done("jobs.stopping", job.getName());
    }
  }

  /** Switches a job on or off. */
  public void setEnabled(BackupPolicy job, boolean enabled) {
    if (feedback.attempt(() -> policies.setEnabled(job.getId(), enabled)).isPresent()) {
      feedback.done(enabled ? "jobs.enabled" : "jobs.disabled", job.getName());
    }
  }

  /** Opens the dialog that copies the job. */
  public void prepareCopy(BackupPolicy job) {
    choose(job);
    copyName = job.getName() + " (2)";
  }

  /** Stores a copy, switched off. */
  public void copy() {
    if (feedback.attempt(() -> policies.copy(chosenId, copyName)).isPresent()) {
      feedback.done("jobs.copied", copyName);
    }
  }

  /** Deletes a job; restore points and history stay. */
  public void delete(BackupPolicy job) {
    if (feedback.attempt(() -> policies.delete(job.getId()))) {
      feedback.done("jobs.deleted", job.getName());
    }
  }

  private void choose(BackupPolicy job) {
    chosenId = job.getId();
    chosenName = job.getName();
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }

  public String getChosenName() {
    return chosenName;
  }

  public BackupType getType() {
    return type;
  }

  public void setType(BackupType type) {
    this.type = type;
  }

  public List<BackupType> getTypes() {
    return List.of(BackupType.values());
  }

  /** Name of the copy; its input's id is {@code name}, as the service calls the field. */
  public String getCopyName() {
    return copyName;
  }

  public void setCopyName(String copyName) {
    this.copyName = copyName;
  }
}
