package io.holdfast.web.console.alarms;

import io.holdfast.server.alarm.Alarm;
import io.holdfast.server.alarm.AlarmFilter;
import io.holdfast.server.alarm.AlarmKind;
import io.holdfast.server.alarm.AlarmService;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.table.LazyRows;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/** Alarms, newest first, a page at a time (JOB-07, CON-02). */
@Named
@ViewScoped
public class AlarmsView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject AlarmService alarms;
  @Inject Feedback feedback;

  private transient LazyRows<Alarm> rows;
  private Instant newestShown = Instant.EPOCH;
  private AlarmKind kind;
  private boolean all;
  private String search;

  /** The alarms that match. */
  public LazyRows<Alarm> getRows() {
    if (rows == null) {
      rows = new LazyRows<>(this::load, Alarm::getId);
    }
    return rows;
  }

  private LazyRows.Rows<Alarm> load(int offset, int limit) {
    AlarmFilter filter = new AlarmFilter(!all, kind, search == null ? "" : search);
    Page<Alarm> page =
        feedback
            .attempt(() -> alarms.list(filter, new PageRequest(offset, limit)))
            .orElse(new Page<>(List.of(), 0));
    if (!page.items().isEmpty() && offset == 0) {
      newestShown = page.items().get(0).getRaisedAt();
    }
    return new LazyRows.Rows<>(page.items(), page.total());
  }

  /** Acknowledges one. */
  public void acknowledge(Alarm alarm) {
    feedback.attempt(() -> alarms.acknowledge(alarm.getId()));
  }

  /** Acknowledges the newest that was shown and all before it, whatever is filtered. */
  public void acknowledgeAll() {
    feedback
        .attempt(() -> alarms.acknowledgeAll(newestShown))
        .ifPresent(count -> feedback.done("alarms.acknowledged", count));
  }

  public List<AlarmKind> getKinds() {
    return List.of(AlarmKind.values());
  }

  public AlarmKind getKind() {
    return kind;
  }

  public void setKind(AlarmKind kind) {
    this.kind = kind;
  }

  /** Also those that were acknowledged. */
  public boolean isAll() {
    return all;
  }

  public void setAll(boolean all) {
    this.all = all;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search;
  }
}
