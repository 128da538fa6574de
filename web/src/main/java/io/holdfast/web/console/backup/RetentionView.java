package io.holdfast.web.console.backup;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyService;
import io.holdfast.server.retention.RetentionPreview;
import io.holdfast.server.retention.RetentionService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.Texts;
import jakarta.annotation.PostConstruct;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** What retention of a job would remove, what that frees, and why the rest stays (POOL-09). */
@Named("retentionView")
@ViewScoped
public class RetentionView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int VMS = 50;

  @Inject PolicyService policies;
  @Inject RetentionService retention;
  @Inject Feedback feedback;
  @Inject Formats formats;
  @Inject Texts texts;

  private String jobName = "";
  private transient RetentionPreview preview;

  /** Asks for the job named in the address. */
  @PostConstruct
  public void open() {
    String wanted =
        FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap().get("job");
    feedback.attempt(() -> policies.get(idOf(wanted))).ifPresent(this::ask);
  }

  private void ask(BackupPolicy job) {
    jobName = job.getName();
    preview =
        feedback.attempt(() -> retention.preview(job.getId(), PageRequest.first(VMS))).orElse(null);
  }

  private static UUID idOf(String text) {
    try {
      return UUID.fromString(text == null ? "" : text);
    } catch (IllegalArgumentException noId) {
      throw BackupException.causedBy(noId, ErrorCode.NOT_FOUND, "what", "job", "id", text);
    }
  }

  /** VMs of the job with their restore points; empty while it could not be asked. */
  public List<RetentionPreview.Vm> getVms() {
    return preview == null ? List.of() : preview.vms();
  }

  /** How many would go and what that frees. */
  public String getSummary() {
    if (preview == null) {
      return "";
    }
    return texts.of(
        "retention.preview.summary",
        preview.going(),
        preview
            .freed()
            .map(freed -> formats.bytes(freed.getPackBytes() + freed.getFileBytes()))
            .orElse(texts.of("points.freed.unknown")));
  }

  /** That not all VMs are shown; empty when they are. */
  public String getShortened() {
    return preview == null || preview.totalVms() <= preview.vms().size()
        ? ""
        : texts.of("retention.preview.some", preview.vms().size(), preview.totalVms());
  }

  /** Why a restore point stays, or that it goes. */
  public String reasons(RetentionPreview.Point row) {
    return row.goes()
        ? texts.of("retention.preview.goes")
        : row.reasons().stream().map(texts::state).collect(Collectors.joining(", "));
  }

  public String getJobName() {
    return jobName;
  }
}
