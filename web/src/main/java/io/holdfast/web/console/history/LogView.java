package io.holdfast.web.console.history;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunLogEntry;
import io.holdfast.server.run.RunService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.table.LazyRows;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;

/** The log of a run in a dialog; each line is made in the reader's language. */
@Named
@ViewScoped
public class LogView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RunService runs;
  @Inject Feedback feedback;

  private transient LazyRows<RunLogEntry> rows;
  private UUID runId;
  private String jobName;

  /** Shows the log of a run. */
  public void show(BackupRun run) {
    runId = run.getId();
    jobName = run.getJobName();
    rows = null;
  }

  /** The lines in the order they were written; null while no run is chosen. */
  public LazyRows<RunLogEntry> getRows() {
    if (rows == null && runId != null) {
      rows = new LazyRows<>(this::load, RunLogEntry::getId);
    }
    return rows;
  }

  private LazyRows.Rows<RunLogEntry> load(int offset, int limit) {
    Page<RunLogEntry> page =
        feedback
            .attempt(() -> runs.log(runId, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  public String getJobName() {
    return jobName;
  }
}
