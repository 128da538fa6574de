package io.holdfast.server.policy;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.List;
import java.util.Objects;

/**
 * How the platform's data plane is used (CAS-08, CAS-09).
 *
 * @param dataPlane library or NBD
 * @param bufferBytes read or write buffer, bytes; a power of two
 * @param connectTimeoutSeconds time-out of a connection, seconds
 * @param sdkLogLevel log level of the vendor's library: one of {@link #SDK_LOG_LEVELS}
 * @param preferredNetwork network that carries the data
 */
public record DataPlaneSettings(
    DataPlane dataPlane,
    int bufferBytes,
    int connectTimeoutSeconds,
    String sdkLogLevel,
    PreferredNetwork preferredNetwork) {
  /** The levels the vendor's library knows. */
  public static final List<String> SDK_LOG_LEVELS = List.of("message", "warning", "error");

  public DataPlaneSettings {
    Objects.requireNonNull(dataPlane, "dataPlane");
    Objects.requireNonNull(preferredNetwork, "preferredNetwork");
    OptionRange.BUFFER_BYTES.checkPowerOfTwo(bufferBytes);
    OptionRange.CONNECT_TIMEOUT_SECONDS.check(connectTimeoutSeconds);
    if (!SDK_LOG_LEVELS.contains(sdkLogLevel)) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "sdkLogLevel",
          "value",
          sdkLogLevel,
          "expected",
          String.join(" | ", SDK_LOG_LEVELS));
    }
  }

  /** What a new policy starts with. */
  public static DataPlaneSettings preset() {
    return new DataPlaneSettings(
        DataPlane.ADAPTIVE,
        OptionRange.BUFFER_BYTES.preset(),
        OptionRange.CONNECT_TIMEOUT_SECONDS.preset(),
        "message",
        PreferredNetwork.ADAPTIVE);
  }

  /** The same in the agent protocol. */
  public DataPlaneOptions toProtocol() {
    return DataPlaneOptions.newBuilder()
        .setDataPlane(dataPlane.toProtocol())
        .setBufferBytes(bufferBytes)
        .setConnectTimeoutSeconds(connectTimeoutSeconds)
        .setSdkLogLevel(sdkLogLevel)
        .setPreferredNetwork(preferredNetwork.toProtocol())
        .build();
  }
}
