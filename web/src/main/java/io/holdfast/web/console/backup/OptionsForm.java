package io.holdfast.web.console.backup;

import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.Compression;
import io.holdfast.server.policy.DedupMode;
import io.holdfast.server.policy.Freezing;
import io.holdfast.server.policy.GuestFreeze;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.policy.PoolLink;
import io.holdfast.server.policy.Reading;
import io.holdfast.server.policy.SnapshotType;
import io.holdfast.web.console.dataplane.DataPlaneForm;
import io.holdfast.web.console.speed.LimitsForm;
import java.util.List;

/**
 * The options of a job while they are edited. {@link #options} makes the real ones, whose ranges
 * decide.
 */
public class OptionsForm extends DataPlaneForm {
  private static final long serialVersionUID = 1L;

  private Compression compression;
  private int compressionLevel;
  private int parallelVms;
  private int vmsPerHost;
  private int disksPerVm;
  private int streamsPerDisk;
  private int reconnectMinutes;
  private boolean validDataOnly;
  private boolean enableTracking;
  private SnapshotType snapshotType;
  private GuestFreeze guestFreeze;
  private int freezeSeconds;
  private int transferBytes;
  private final LimitsForm limits;
  private DedupMode dedupMode;
  private int resumeBufferMib;
  private final HandlingForm handling;

  OptionsForm(BackupOptions options) {
    super(options.dataPlane());
    compression = options.compression();
    compressionLevel = options.compressionLevel();
    reconnectMinutes = options.reconnectMinutes();
    Parallelism parallelism = options.parallelism();
    parallelVms = parallelism.parallelVms();
    vmsPerHost = parallelism.vmsPerHost();
    disksPerVm = parallelism.disksPerVm();
    streamsPerDisk = parallelism.streamsPerDisk();
    Reading reading = options.reading();
    validDataOnly = reading.validDataOnly();
    enableTracking = reading.enableTracking();
    snapshotType = reading.snapshotType();
    guestFreeze = reading.freezing().guest();
    freezeSeconds = reading.freezing().seconds();
    transferBytes = reading.transferBytes();
    limits = new LimitsForm(options.limits());
    dedupMode = options.poolLink().dedupMode();
    resumeBufferMib = options.poolLink().resumeBufferMib();
    handling = new HandlingForm(options.handling());
  }

  /** The options as entered, for a job of that type; VALUE_OUT_OF_RANGE names the field. */
  BackupOptions options(BackupType type) {
    return new BackupOptions(
        compression,
        compressionLevel,
        new Parallelism(parallelVms, vmsPerHost, disksPerVm, streamsPerDisk),
        new Reading(
            validDataOnly,
            enableTracking || type != BackupType.FULL,
            snapshotType,
            new Freezing(guestFreeze, freezeSeconds),
            transferBytes),
        dataPlaneSettings(),
        reconnectMinutes,
        limits.limits(),
        new PoolLink(dedupMode, resumeBufferMib),
        handling.handling(type));
  }

  /** Powers of two within the range of a transfer, bytes. */
  public List<Integer> getTransferSizes() {
    return sizes(OptionRange.TRANSFER_BYTES);
  }

  public HandlingForm getHandling() {
    return handling;
  }

  public LimitsForm getLimits() {
    return limits;
  }

  public List<DedupMode> getDedupModes() {
    return List.of(DedupMode.values());
  }

  public DedupMode getDedupMode() {
    return dedupMode;
  }

  public void setDedupMode(DedupMode dedupMode) {
    this.dedupMode = dedupMode;
  }

  public int getResumeBufferMib() {
    return resumeBufferMib;
  }

  public void setResumeBufferMib(int resumeBufferMib) {
    this.resumeBufferMib = resumeBufferMib;
  }

  public List<Compression> getCompressions() {
    return List.of(Compression.values());
  }

  public List<SnapshotType> getSnapshotTypes() {
    return List.of(SnapshotType.values());
  }

  public Compression getCompression() {
    return compression;
  }

  public void setCompression(Compression compression) {
    this.compression = compression;
  }

  /** Whether the level counts. */
  public boolean isAdjustable() {
    return compression == Compression.ADJUSTABLE;
  }

  public int getCompressionLevel() {
    return compressionLevel;
  }

  public void setCompressionLevel(int compressionLevel) {
    this.compressionLevel = compressionLevel;
  }

  public int getParallelVms() {
    return parallelVms;
  }

  public void setParallelVms(int parallelVms) {
    this.parallelVms = parallelVms;
  }

  public int getVmsPerHost() {
    return vmsPerHost;
  }

  public void setVmsPerHost(int vmsPerHost) {
    this.vmsPerHost = vmsPerHost;
  }

  public int getDisksPerVm() {
    return disksPerVm;
  }

  public void setDisksPerVm(int disksPerVm) {
    this.disksPerVm = disksPerVm;
  }

  public int getStreamsPerDisk() {
    return streamsPerDisk;
  }

  public void setStreamsPerDisk(int streamsPerDisk) {
    this.streamsPerDisk = streamsPerDisk;
  }

  public int getReconnectMinutes() {
    return reconnectMinutes;
  }

  public void setReconnectMinutes(int reconnectMinutes) {
    this.reconnectMinutes = reconnectMinutes;
  }

  public boolean isValidDataOnly() {
    return validDataOnly;
  }

  public void setValidDataOnly(boolean validDataOnly) {
    this.validDataOnly = validDataOnly;
  }

  public boolean isEnableTracking() {
    return enableTracking;
  }

  public void setEnableTracking(boolean enableTracking) {
    this.enableTracking = enableTracking;
  }

  public SnapshotType getSnapshotType() {
    return snapshotType;
  }

  public void setSnapshotType(SnapshotType snapshotType) {
    this.snapshotType = snapshotType;
  }

  public List<GuestFreeze> getGuestFreezes() {
    return List.of(GuestFreeze.values());
  }

  public GuestFreeze getGuestFreeze() {
    return guestFreeze;
  }

  public void setGuestFreeze(GuestFreeze guestFreeze) {
    this.guestFreeze = guestFreeze;
  }

  /** Whether the limit counts. */
  public boolean isFreezing() {
    return guestFreeze != GuestFreeze.OFF;
  }

  public int getFreezeSeconds() {
    return freezeSeconds;
  }

  public void setFreezeSeconds(int freezeSeconds) {
    this.freezeSeconds = freezeSeconds;
  }

  public int getTransferBytes() {
    return transferBytes;
  }

  public void setTransferBytes(int transferBytes) {
    this.transferBytes = transferBytes;
  }
}
