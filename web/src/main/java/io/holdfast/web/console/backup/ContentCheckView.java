package io.holdfast.web.console.backup;

import io.holdfast.server.run.EligibilityCheck;
import io.holdfast.server.run.VmEligibility;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Texts;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;

/** "Check now" of the wizard: what each VM would get if the job ran now (CAS-06, CAS-07). */
@Named("contentCheck")
@ViewScoped
public class ContentCheckView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject WizardView wizard;
  @Inject EligibilityCheck eligibility;
  @Inject Feedback feedback;
  @Inject Texts texts;

  private transient List<VmEligibility> vms;

  /** Asks the backup host; a failure is told and the last answer stays. */
  public void check() {
    feedback
        .attempt(() -> eligibility.check(wizard.definition(), wizard.editedJob(), true))
        .ifPresent(answer -> vms = answer);
  }

  /** Whether there is an answer. */
  public boolean isDone() {
    return vms != null;
  }

  /** VMs that cannot be backed up first. */
  public List<VmEligibility> getVms() {
    return vms == null
        ? List.of()
        : vms.stream().sorted((a, b) -> Boolean.compare(a.eligible(), b.eligible())).toList();
  }

  /** The kind of snapshot in the reader's language; empty when there is none to say. */
  public String snapshot(VmEligibility vm) {
    return switch (vm.snapshot()) {
      case "EXTERNAL" -> texts.of("SnapshotType.EXTERNAL");
      case "INTERNAL" -> texts.of("SnapshotType.INTERNAL");
      case "NONE" -> texts.of("check.snapshot.none");
      default -> "";
    };
  }
}
