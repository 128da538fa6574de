package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Arrays;
import java.util.List;

/** Kinds of platforms, with their name on the wire and their usual ports. */
public enum PlatformKind {
  /** RES-01. */
  H3C_CAS("h3c-cas", 8080, 8443, false, List.of(InventoryTree.values())),
  /** RES-02. The same port with and without TLS. */
  HIKVISION_EDGE_CLOUD("hikcloud", 30_188, 30_188, true, List.of(InventoryTree.HOSTS));

  private final String wireName;
  private final int plainPort;
  private final int tlsPort;
  private final boolean onCeph;
  private final List<InventoryTree> trees;

  PlatformKind(
      String wireName, int plainPort, int tlsPort, boolean onCeph, List<InventoryTree> trees) {
    this.wireName = wireName;
    this.plainPort = plainPort;
    this.tlsPort = tlsPort;
    this.onCeph = onCeph;
    this.trees = trees;
  }

  /** Whether backup hosts must be told how to reach the Ceph pools of its disks (RES-03). */
  public boolean isOnCeph() {
    return onCeph;
  }

  /** INV-01: the views of its inventory, the usual one first. */
  public List<InventoryTree> trees() {
    return trees;
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
