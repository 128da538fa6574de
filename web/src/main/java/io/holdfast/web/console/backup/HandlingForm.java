package io.holdfast.web.console.backup;

import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Retries;
import io.holdfast.server.policy.SpaceReserve;
import io.holdfast.server.policy.UntrackedHandling;
import io.holdfast.server.policy.VmHandling;
import java.io.Serializable;
import java.util.List;

/**
 * How a job treats VMs when something stands against their backup, while it is edited. What does
 * not apply to the job's type is not shown and falls back to its preset.
 */
public class HandlingForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private UntrackedHandling untracked;
  private int reservePercent;
  private int reserveGib;
  private boolean shutDown;
  private int shutdownSeconds;
  private int retryTimes;
  private int retryMinutes;
  private int platformRetries;
  private boolean percentReserved;
  private boolean sizeReserved;

  HandlingForm(VmHandling handling) {
    untracked = handling.untracked();
    percentReserved = handling.reserve().percent() > 0;
    reservePercent = or(handling.reserve().percent(), OptionRange.RESERVE_PERCENT);
    sizeReserved = handling.reserve().gib() > 0;
    reserveGib = or(handling.reserve().gib(), OptionRange.RESERVE_GIB);
    shutDown = handling.shutDown();
    shutdownSeconds = handling.shutdownSeconds();
    retryTimes = handling.retries().times();
    retryMinutes = handling.retries().minutes();
    platformRetries = handling.retries().platformRequests();
  }

  private static int or(int value, OptionRange range) {
    return value > 0 ? value : range.preset();
  }

  /** As entered, for a job of that type; VALUE_OUT_OF_RANGE names the field. */
  VmHandling handling(BackupType type) {
    return new VmHandling(
        type == BackupType.FULL ? UntrackedHandling.FULL : untracked,
        new SpaceReserve(percentReserved ? reservePercent : 0, sizeReserved ? reserveGib : 0),
        shutDown,
        shutdownSeconds,
        new Retries(retryTimes, retryMinutes, platformRetries));
  }

  /** Choices for VMs that cannot be tracked. */
  public List<UntrackedHandling> getChoices() {
    return List.of(UntrackedHandling.values());
  }

  /** Whether VMs are left out without an error. */
  public boolean isSilent() {
    return untracked == UntrackedHandling.SKIP_SILENTLY;
  }

  /** Whether failed VMs are backed up again at all. */
  public boolean isRetrying() {
    return retryTimes > 0;
  }

  public UntrackedHandling getUntracked() {
    return untracked;
  }

  public void setUntracked(UntrackedHandling untracked) {
    this.untracked = untracked;
  }

  public int getReservePercent() {
    return reservePercent;
  }

  public void setReservePercent(int reservePercent) {
    this.reservePercent = reservePercent;
  }

  public int getReserveGib() {
    return reserveGib;
  }

  public void setReserveGib(int reserveGib) {
    this.reserveGib = reserveGib;
  }

  public boolean isShutDown() {
    return shutDown;
  }

  public void setShutDown(boolean shutDown) {
    this.shutDown = shutDown;
  }

  public int getShutdownSeconds() {
    return shutdownSeconds;
  }

  public void setShutdownSeconds(int shutdownSeconds) {
    this.shutdownSeconds = shutdownSeconds;
  }

  public int getRetryTimes() {
    return retryTimes;
  }

  public void setRetryTimes(int retryTimes) {
    this.retryTimes = retryTimes;
  }

  public int getRetryMinutes() {
    return retryMinutes;
  }

  public void setRetryMinutes(int retryMinutes) {
    this.retryMinutes = retryMinutes;
  }

  public int getPlatformRetries() {
    return platformRetries;
  }

  public void setPlatformRetries(int platformRetries) {
    this.platformRetries = platformRetries;
  }

  public boolean isPercentReserved() {
    return percentReserved;
  }

  public void setPercentReserved(boolean percentReserved) {
    this.percentReserved = percentReserved;
  }

  public boolean isSizeReserved() {
    return sizeReserved;
  }

  public void setSizeReserved(boolean sizeReserved) {
    this.sizeReserved = sizeReserved;
  }
}
