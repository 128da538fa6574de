package io.holdfast.web.console.dataplane;

import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.PreferredNetwork;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The fields of {@link DataPlaneSettings} while they are edited (CAS-08, CAS-09); the ranges of the
 * settings decide, not this form. Used by one page at a time.
 */
public abstract class DataPlaneForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private DataPlane dataPlane;
  private int bufferBytes;
  private int connectTimeoutSeconds;
  private String sdkLogLevel;
  private PreferredNetwork preferredNetwork;

  protected DataPlaneForm(DataPlaneSettings settings) {
    dataPlane = settings.dataPlane();
    bufferBytes = settings.bufferBytes();
    connectTimeoutSeconds = settings.connectTimeoutSeconds();
    sdkLogLevel = settings.sdkLogLevel();
    preferredNetwork = settings.preferredNetwork();
  }

  /** The settings as entered; VALUE_OUT_OF_RANGE names the field. */
  protected final DataPlaneSettings dataPlaneSettings() {
    return new DataPlaneSettings(
        dataPlane, bufferBytes, connectTimeoutSeconds, sdkLogLevel, preferredNetwork);
  }

  /** Powers of two within a range, bytes. */
  protected static List<Integer> sizes(OptionRange range) {
    return IntStream.iterate(range.min(), size -> size <= range.max(), size -> size * 2)
        .boxed()
        .toList();
  }

  /** What a buffer can be, bytes. */
  public List<Integer> getBufferSizes() {
    return sizes(OptionRange.BUFFER_BYTES);
  }

  public List<DataPlane> getDataPlanes() {
    return List.of(DataPlane.values());
  }

  public List<PreferredNetwork> getPreferredNetworks() {
    return List.of(PreferredNetwork.values());
  }

  public DataPlane getDataPlane() {
    return dataPlane;
  }

  public void setDataPlane(DataPlane dataPlane) {
    this.dataPlane = dataPlane;
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
}
