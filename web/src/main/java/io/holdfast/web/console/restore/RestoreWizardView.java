package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.CatalogService;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.restore.KindRestores;
import io.holdfast.server.restore.RestoreMode;
import io.holdfast.server.restore.RestorePreview;
import io.holdfast.server.restore.RestoreService;
import io.holdfast.web.console.captcha.CaptchaView;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** Makes and starts a restore, step by step (RST-01, CAS-13, CAS-14, CAS-17, CAS-18). */
@Named("restoreWizard")
@ViewScoped
public class RestoreWizardView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject CatalogService catalog;
  @Inject RestoreService restores;
  @Inject CaptchaView captcha;
  @Inject TargetsView targets;
  @Inject Feedback feedback;
  @Inject Texts texts;
  @Inject Formats formats;
  @Inject LanguageView language;

  private RestoreStep step = RestoreStep.POINT;
  private transient RestorePoint point;
  private String pointId;
  private RestoreForm form;
  private transient RestorePreview preview;
  private String name;

  /** The steps in their order. */
  public enum RestoreStep {
    POINT,
    WHAT,
    TARGET,
    OPTIONS,
    SUMMARY
  }

  /** Takes a time point and goes on. */
  public void choose(RestorePoint chosen) {
    feedback
        .attempt(() -> catalog.get(new RestorePointId(chosen.id().value())))
        .ifPresent(
            found -> {
              point = found;
              pointId = found.id().value();
              form = new RestoreForm(found, targets.kind(found.platformId()));
              name = texts.of("restore.name.suggested", found.vmName());
              targets.readPlatform(form.getPlatformId());
              step = RestoreStep.WHAT;
            });
  }

  /** Another platform was chosen as the target. */
  public void platformChanged() {
    form.setHostId(null);
    form.setTargetVmId(null);
    targets.readPlatform(form.getPlatformId());
  }

  /** Another host was chosen. */
  public void hostChanged() {
    targets.readHost(form.getPlatformId(), form.getHostId());
  }

  /** Another VM was chosen to get the new disks. */
  public void vmChanged() {
    if (form.isExistingDisk()) {
      targets.readVm(form.getPlatformId(), form.getTargetVmId());
      targets.map(form.getChosenDisks());
    } else {
      targets.readHost(form.getPlatformId(), targets.hostOf(form.getTargetVmId()).orElse(null));
    }
  }

  /** Goes on when this step is complete. */
  public void next() {
    if (isComplete()) {
      step = RestoreStep.values()[step.ordinal() + 1];
    }
  }

  /** Goes back one step. */
  public void back() {
    step = RestoreStep.values()[step.ordinal() - 1];
  }

  private boolean isComplete() {
    return switch (step) {
      case POINT -> form != null;
      case WHAT -> hasDisks();
      case TARGET, SUMMARY -> true;
      case OPTIONS -> isPossible();
    };
  }

  private boolean hasDisks() {
    if (form.getChosenDisks().isEmpty()) {
      feedback.refuse("disks", "restore.disks.required");
      return false;
    }
    if (form.isOriginal()) {
      form.setPlatformId(getPoint().platformId());
    }
    return true;
  }

  /** Asks the backup host; a refusal keeps this step and says why. */
  private boolean isPossible() {
    if (form.isSubsetOfOriginal() && !form.isDeleteOtherDisks()) {
      feedback.refuse("deleteOtherDisks", "restore.deleteOtherDisks.required");
      return false;
    }
    preview = feedback.attempt(() -> restores.plan(form.definition())).orElse(null);
    if (preview == null) {
      return false;
    }
    captcha.renew();
    return true;
  }

  /** Starts the restore and shows its progress; null stays and says why not. */
  public String start() {
    if (!captcha.guard(answer -> restores.createAndStart(name, form.definition(), answer))) {
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("restore.started", name);
    return "/console/monitor/monitor?faces-redirect=true";
  }

  /** What is asked before the restore starts; it names what is lost. */
  public String getQuestion() {
    if (form == null || preview == null) {
      return "";
    }
    if (form.isOriginal()) {
      return texts.of(
          "restore.ask.original", form.getVmName(), formats.time(getPoint().createdAt()));
    }
    if (form.isExistingDisk()) {
      return texts.of(
          "restore.ask.disks",
          targets.vmTitle(form.getTargetVmId()),
          form.getVmName(),
          formats.time(getPoint().createdAt()));
    }
    return preview.overwrittenVmId().isEmpty()
        ? texts.of("restore.ask.new", form.getVmName(), formats.time(getPoint().createdAt()))
        : texts.of("restore.ask.overwrite", form.getNewVmName());
  }

  /** Differences and warnings of the preview in the reader's language. */
  public List<String> getNotices() {
    return preview == null
        ? List.of()
        : preview.notices().stream().map(n -> n.message(language.getLocale())).toList();
  }

  /** The chosen time point; null before. */
  public RestorePoint getPoint() {
    if (point == null && pointId != null) {
      point = feedback.attempt(() -> catalog.get(new RestorePointId(pointId))).orElse(null);
    }
    return point;
  }

  public RestoreStep getStep() {
    return step;
  }

  public List<RestoreStep> getSteps() {
    return List.of(RestoreStep.values());
  }

  public List<RestoreMode> getModes() {
    return getKind().modes();
  }

  /** What restores to the target's kind of platform can be. */
  public KindRestores getKind() {
    return targets.kind(form == null ? null : form.getPlatformId());
  }

  public RestoreForm getForm() {
    return form;
  }

  public RestorePreview getPreview() {
    return preview;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }
}
