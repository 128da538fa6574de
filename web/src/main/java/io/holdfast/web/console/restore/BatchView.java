package io.holdfast.web.console.restore;

import io.holdfast.error.BackupException;
import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointQuery;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolService;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestorePreview;
import io.holdfast.server.restore.RestoreService;
import io.holdfast.web.console.captcha.CaptchaView;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Restores many VMs of a pool to new ones in one run (CAS-14, CAS-18). */
@Named("restoreBatch")
@ViewScoped
public class BatchView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_VMS = 500;

  @Inject CatalogService catalog;
  @Inject PoolService pools;
  @Inject RestoreService restores;
  @Inject CaptchaView captcha;
  @Inject TargetsView targets;
  @Inject Feedback feedback;
  @Inject Texts texts;
  @Inject Formats formats;
  @Inject LanguageView language;

  private final BatchForm form = new BatchForm();
  private BatchStep step = BatchStep.VMS;
  private String poolId;
  private String search = "";
  private String until = "";
  private List<BatchRow> rows = List.of();
  private List<BatchRow> chosen = List.of();
  private String name;

  /** The steps in their order. */
  public enum BatchStep {
    VMS,
    TARGET,
    SUMMARY
  }

  /** Begins with the first pool. */
  @PostConstruct
  public void begin() {
    name = texts.of("restore.batch.name");
    poolId = getPools().stream().findFirst().map(pool -> pool.id().value()).orElse("");
    show();
  }

  /** Lists the pool's VMs that the search text finds, at most five hundred. */
  public void show() {
    chosen = List.of();
    rows =
        poolId.isEmpty()
            ? List.of()
            : feedback
                .attempt(() -> catalog.vms(query(Optional.empty()), PageRequest.first(MOST_VMS)))
                .map(page -> page.items().stream().map(BatchRow::new).toList())
                .orElse(List.of());
  }

  private RestorePointQuery query(Optional<BatchRow> of) {
    return new RestorePointQuery(
        of.map(BatchRow::getPlatformId),
        of.map(BatchRow::getVmId),
        Optional.of(new PoolId(poolId)),
        of.isPresent() ? "" : search,
        Optional.empty(),
        of.flatMap(row -> latest()));
  }

  /** Which state is wanted at the latest; empty: the newest. */
  private Optional<Instant> latest() {
    return until.isEmpty()
        ? Optional.empty()
        : Optional.of(LocalDateTime.parse(until).atZone(formats.zoneId()).toInstant());
  }

  /** Another platform was chosen as the target. */
  public void platformChanged() {
    form.setHostId(null);
    form.setStoragePool("");
    targets.readPlatform(form.getPlatformId());
  }

  /** Another host was chosen. */
  public void hostChanged() {
    form.setStoragePool("");
    targets.readHost(form.getPlatformId(), form.getHostId());
  }

  /** Goes on when this step is complete. */
  public void next() {
    if (step == BatchStep.VMS && areChosen()) {
      form.setPlatformId(chosen.get(0).getPlatformId());
      platformChanged();
      step = BatchStep.TARGET;
    } else if (step == BatchStep.TARGET) {
      check();
      step = BatchStep.SUMMARY;
    }
  }

  /** Goes back one step. */
  public void back() {
    step = BatchStep.values()[step.ordinal() - 1];
  }

  private boolean areChosen() {
    if (chosen.isEmpty()) {
      feedback.refuse("vms", "restore.batch.required");
      return false;
    }
    try {
      latest();
    } catch (DateTimeParseException unreadable) {
      feedback.refuse("until", "restore.batch.until.wrong");
      return false;
    }
    return feedback.attempt(() -> chosen.forEach(this::takePoint));
  }

  private void takePoint(BatchRow row) {
    List<RestorePoint> found = catalog.find(query(Optional.of(row)), PageRequest.first(1)).items();
    if (found.isEmpty()) {
      row.takeNone(texts.of("restore.batch.none"));
    } else {
      row.take(found.get(0));
    }
  }

  /** Asks the backup host about each VM; nothing is changed. */
  private void check() {
    Set<String> names = new HashSet<>();
    for (BatchRow row : chosen) {
      row.setNewName(form.named(row.getVmName()));
      if (row.getPointId().isEmpty()) {
        continue;
      }
      if (names.add(row.getNewName())) {
        judge(row);
      } else {
        row.judge(List.of(), texts.of("restore.batch.sameName", row.getNewName()));
      }
    }
    captcha.renew();
  }

  private void judge(BatchRow row) {
    try {
      RestorePreview preview = restores.plan(definition(row));
      List<String> notices = new ArrayList<>();
      if (!preview.overwrittenVmId().isEmpty()) {
        notices.add(texts.of("restore.ask.overwrite", row.getNewName()));
      }
      preview.notices().forEach(notice -> notices.add(notice.message(language.getLocale())));
      row.judge(notices, "");
    } catch (BackupException refused) {
      row.judge(List.of(), refused.message(language.getLocale()));
    }
  }

  private RestoreDefinition definition(BatchRow row) {
    return form.definition(catalog.get(new RestorePointId(row.getPointId())), row.getNewName());
  }

  /** Goes on without the VMs that cannot be restored. */
  public void leaveOutRefused() {
    chosen = chosen.stream().filter(row -> row.getRefused().isEmpty()).toList();
    if (chosen.isEmpty()) {
      step = BatchStep.VMS;
    }
  }

  /** Starts the run and shows its progress; null stays and says why not. */
  public String start() {
    if (!captcha.guard(
        answer ->
            restores.createAndStart(
                name, chosen.stream().map(this::definition).toList(), answer))) {
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("restore.started", name);
    return "/console/monitor/monitor?faces-redirect=true";
  }

  /** Whether the backup host agreed to all of them. */
  public boolean isPossible() {
    return !chosen.isEmpty() && chosen.stream().allMatch(row -> row.getRefused().isEmpty());
  }

  /** What is asked before the restore starts. */
  public String getQuestion() {
    return texts.of("restore.batch.ask", chosen.size(), targets.hostTitle(form.getHostId()));
  }

  public List<StoragePool> getPools() {
    return feedback.attempt(pools::list).orElse(List.of());
  }

  public BatchStep getStep() {
    return step;
  }

  public List<BatchStep> getSteps() {
    return List.of(BatchStep.values());
  }

  public BatchForm getForm() {
    return form;
  }

  public List<BatchRow> getRows() {
    return rows;
  }

  public List<BatchRow> getChosen() {
    return chosen;
  }

  public void setChosen(List<BatchRow> chosen) {
    this.chosen = chosen == null ? List.of() : List.copyOf(chosen);
  }

  public String getPoolId() {
    return poolId;
  }

  public void setPoolId(String poolId) {
    this.poolId = poolId == null ? "" : poolId;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search == null ? "" : search.strip();
  }

  /** Local date and time as browsers write it; empty: the newest state. */
  public String getUntil() {
    return until;
  }

  public void setUntil(String until) {
    this.until = until == null ? "" : until.strip();
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }
}
