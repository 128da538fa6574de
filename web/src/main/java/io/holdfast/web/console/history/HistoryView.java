package io.holdfast.web.console.history;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunService;
import io.holdfast.server.run.RunState;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.table.LazyRows;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** All runs, newest first, a page at a time (CON-02). */
@Named
@ViewScoped
public class HistoryView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject RunService runs;
  @Inject Feedback feedback;

  private transient LazyRows<BackupRun> rows;
  private RunKind kind;
  private RunState state;
  private String search;

  /** The runs that match. */
  public LazyRows<BackupRun> getRows() {
    if (rows == null) {
      rows = new LazyRows<>(this::load, BackupRun::getId);
    }
    return rows;
  }

  private LazyRows.Rows<BackupRun> load(int offset, int limit) {
    RunFilter filter = new RunFilter(kind, null, state, search == null ? "" : search);
    Page<BackupRun> page =
        feedback
            .attempt(() -> runs.list(filter, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  public RunKind getKind() {
    return kind;
  }

  public void setKind(RunKind kind) {
    this.kind = kind;
  }

  public List<RunKind> getKinds() {
    return List.of(RunKind.values());
  }

  public RunState getState() {
    return state;
  }

  public void setState(RunState state) {
    this.state = state;
  }

  public List<RunState> getStates() {
    return List.of(RunState.values());
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }
}
