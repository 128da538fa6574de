package io.holdfast.web.console.restore;

import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Patience;
import io.holdfast.web.console.dataplane.DataPlaneForm;
import java.util.List;

/** Hardware of a new VM and the advanced options of a restore, while they are edited. */
public class TuningForm extends DataPlaneForm {
  private static final long serialVersionUID = 1L;

  private int cpuSockets;
  private int cpuCores;
  private long memoryMib;
  private String cpuMode = "";
  private int reconnectMinutes;
  private int resumeBufferMib;
  private int shutdownSeconds;

  TuningForm() {
    super(DataPlaneSettings.preset());
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
    return dataPlaneSettings();
  }

  Patience patience() {
    return new Patience(reconnectMinutes, resumeBufferMib, shutdownSeconds);
  }

  public List<String> getCpuModes() {
    return Hardware.CPU_MODES;
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
