package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Arrays;

/** Kinds of platforms, with their name on the wire and their usual ports. */
public enum PlatformKind {
  H3C_CAS("h3c-cas", 8080, 8443);

  private final String wireName;
  private final int plainPort;
  private final int tlsPort;

  PlatformKind(String wireName, int plainPort, int tlsPort) {
    this.wireName = wireName;
    this.plainPort = plainPort;
    this.tlsPort = tlsPort;
  }

  /** The name in the agent protocol and in REST; also the agent's module that speaks to it. */
  public String wireName() {
    return wireName;
  }

  /** The port when none is given. */
  public int defaultPort(boolean tls) {
    return tls ? tlsPort : plainPort;
  }

  /** The kind of a wire name; PLATFORM_KIND_UNKNOWN. */
  public static PlatformKind ofWireName(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.wireName.equals(name))
        .findFirst()
        .orElseThrow(() -> BackupException.of(ErrorCode.PLATFORM_KIND_UNKNOWN, "kind", name));
  }
}
