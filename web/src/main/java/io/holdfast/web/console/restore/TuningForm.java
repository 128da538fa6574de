package io.holdfast.web.console.restore;

import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Patience;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/** Hardware of a new VM and the advanced options of a restore, while they are edited. */
public class TuningForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private int cpuSockets;
  private int cpuCores;
  private long memoryMib;
  private String cpuMode = "";
  private int bufferBytes;
  private int connectTimeoutSeconds;
  private String sdkLogLevel;
  private PreferredNetwork preferredNetwork;
  private int reconnectMinutes;
  private int resumeBufferMib;
  private int shutdownSeconds;

  TuningForm() {
    DataPlaneSettings plane = DataPlaneSettings.preset();
    bufferBytes = plane.bufferBytes();
    connectTimeoutSeconds = plane.connectTimeoutSeconds();
    sdkLogLevel = plane.sdkLogLevel();
    preferredNetwork = plane.preferredNetwork();
    Patience patience = Patience.preset();
    reconnectMinutes = patience.reconnectMinutes();
    resumeBufferMib = patience.resumeBufferMib();
    shutdownSeconds = patience.shutdownSeconds();
  }

  /** VALUE_OUT_OF_RANGE names the field. */
  Hardware hardware() {
    return new Hardware(cpuSockets, cpuCores, memoryMib, cpuMode);
  }

  DataPlaneSettings dataPlane() {
    return new DataPlaneSettings(
        DataPlaneSettings.preset().dataPlane(),
        bufferBytes,
        connectTimeoutSeconds,
        sdkLogLevel,
        preferredNetwork);
  }

  Patience patience() {
    return new Patience(reconnectMinutes, resumeBufferMib, shutdownSeconds);
  }

  public List<String> getCpuModes() {
    return Hardware.CPU_MODES;
  }

  public List<PreferredNetwork> getPreferredNetworks() {
    return List.of(PreferredNetwork.values());
  }

  /** Powers of two within the range of a buffer, bytes. */
  public List<Integer> getBufferSizes() {
    OptionRange range = OptionRange.BUFFER_BYTES;
    return IntStream.iterate(range.min(), size -> size <= range.max(), size -> size * 2)
        .boxed()
        .toList();
  }

  public int getCpuSockets() {
    return cpuSockets;
  }

  public void setCpuSockets(int cpuSockets) {
    this.cpuSockets = cpuSockets;
  }

  public int getCpuCores() {
    return cpuCores;
  }

  public void setCpuCores(int cpuCores) {
    this.cpuCores = cpuCores;
  }

  public long getMemoryMib() {
    return memoryMib;
  }

  public void setMemoryMib(long memoryMib) {
    this.memoryMib = memoryMib;
  }

  public String getCpuMode() {
    return cpuMode;
  }

  public void setCpuMode(String cpuMode) {
    this.cpuMode = cpuMode == null ? "" : cpuMode;
  }

  public int getBufferBytes() {
    return bufferBytes;
  }

  public void setBufferBytes(int bufferBytes) {
    this.bufferBytes = bufferBytes;
  }

  public int getConnectTimeoutSeconds() {
    return connectTimeoutSeconds;
  }

  public void setConnectTimeoutSeconds(int connectTimeoutSeconds) {
    this.connectTimeoutSeconds = connectTimeoutSeconds;
  }

  public String getSdkLogLevel() {
    return sdkLogLevel;
  }

  public void setSdkLogLevel(String sdkLogLevel) {
    this.sdkLogLevel = sdkLogLevel;
  }

  public PreferredNetwork getPreferredNetwork() {
    return preferredNetwork;
  }

  public void setPreferredNetwork(PreferredNetwork preferredNetwork) {
    this.preferredNetwork = preferredNetwork;
  }

  public int getReconnectMinutes() {
    return reconnectMinutes;
  }

  public void setReconnectMinutes(int reconnectMinutes) {
    this.reconnectMinutes = reconnectMinutes;
  }

  public int getResumeBufferMib() {
    return resumeBufferMib;
  }

  public void setResumeBufferMib(int resumeBufferMib) {
    this.resumeBufferMib = resumeBufferMib;
  }

  public int getShutdownSeconds() {
    return shutdownSeconds;
  }

  public void setShutdownSeconds(int shutdownSeconds) {
    this.shutdownSeconds = shutdownSeconds;
  }
}
