package io.holdfast.server.inventory;

import io.holdfast.server.agent.AgentId;
import java.util.OptionalInt;

/**
 * RES-01: what a person enters for a platform. Checked by {@link PlatformService}.
 *
 * @param name 1…128 characters, unique
 * @param address IP address or domain name
 * @param port 1…65535; empty: the kind's usual one
 * @param password empty in a change: the present one stays
 * @param backupHost the agent through which the platform is reached
 */
public record PlatformSettings(
    String name,
    PlatformKind kind,
    String address,
    boolean tls,
    OptionalInt port,
    String user,
    String password,
    AgentId backupHost) {

  /** The port given or the usual one. */
  public int effectivePort() {
    return port.orElse(kind.defaultPort(tls));
  }

  @Override
  public String toString() {
    return "PlatformSettings[" + name + ", " + kind + ", " + address + "]";
  }
}
