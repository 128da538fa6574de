package io.holdfast.web.console.restore;

import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.speed.SpeedLimits;
import io.holdfast.web.console.speed.LimitsForm;
import java.io.Serializable;

/** Where a restore of one VM or of many goes and how, while it is edited. */
public abstract class NewPlaceForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private String platformId;
  private String hostId;
  private boolean keepMac;
  private boolean overwrite;
  private boolean startAfter;
  private final TuningForm tuning = new TuningForm();
  private final LimitsForm limits = new LimitsForm(SpeedLimits.NONE);

  /** The options as entered; VALUE_OUT_OF_RANGE names the field. */
  final RestoreDefinition.Options options(
      RestoreDefinition.Behaviour behaviour,
      RestoreDefinition.Hardware hardware,
      Parallelism parallelism) {
    return new RestoreDefinition.Options(
        behaviour,
        hardware,
        parallelism,
        OptionRange.TRANSFER_BYTES.preset(),
        tuning.dataPlane(),
        limits.limits(),
        tuning.patience());
  }

  /** An entered text without the blanks around it; never null. */
  static String text(String value) {
    return value == null ? "" : value.strip();
  }

  public TuningForm getTuning() {
    return tuning;
  }

  public LimitsForm getLimits() {
    return limits;
  }

  public String getPlatformId() {
    return platformId;
  }

  public void setPlatformId(String platformId) {
    this.platformId = platformId;
  }

  public String getHostId() {
    return hostId;
  }

  public void setHostId(String hostId) {
    this.hostId = hostId;
  }

  public boolean isKeepMac() {
    return keepMac;
  }

  public void setKeepMac(boolean keepMac) {
    this.keepMac = keepMac;
  }

  public boolean isOverwrite() {
    return overwrite;
  }

  public void setOverwrite(boolean overwrite) {
    this.overwrite = overwrite;
  }

  public boolean isStartAfter() {
    return startAfter;
  }

  public void setStartAfter(boolean startAfter) {
    this.startAfter = startAfter;
  }
}
