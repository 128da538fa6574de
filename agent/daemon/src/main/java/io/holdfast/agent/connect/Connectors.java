package io.holdfast.agent.connect;

import io.holdfast.agent.protocol.AgentModule;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.PlatformDriver;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import java.util.ArrayList;
import java.util.List;

/**
 * The platforms and disk transports this agent can speak to. Thread-safe.
 *
 * @param drivers one per kind of platform
 * @param transports one per scheme
 */
public record Connectors(List<PlatformDriver> drivers, List<DiskTransport> transports) {
  public Connectors {
    drivers = List.copyOf(drivers);
    transports = List.copyOf(transports);
  }

  /**
   * A connection to a platform; nothing is sent yet.
   *
   * @throws BackupException PLATFORM_KIND_UNKNOWN
   */
  public PlatformConnection connect(PlatformAccess access) {
    return driver(access).connect(access);
  }

  /** As {@link #connect}, for what an operator does with snapshots (CAS-21). */
  public SnapshotKeeper snapshots(PlatformAccess access) {
    return driver(access).snapshots(access);
  }

  private PlatformDriver driver(PlatformAccess access) {
    return drivers.stream()
        .filter(driver -> driver.kind().equals(access.getKind()))
        .findFirst()
        .orElseThrow(
            () -> BackupException.of(ErrorCode.PLATFORM_KIND_UNKNOWN, "kind", access.getKind()));
  }

  /**
   * Opens a disk for reading.
   *
   * @throws BackupException AGENT_MODULE_MISSING and whatever the transport throws
   */
  public DiskSource openForReading(DiskEndpoint endpoint) {
    return transport(endpoint.scheme()).openForReading(endpoint);
  }

  /** Opens a disk for writing; errors as for reading. */
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    return transport(endpoint.scheme()).openForWriting(endpoint);
  }

  private DiskTransport transport(String scheme) {
    return transports.stream()
        .filter(candidate -> candidate.scheme().equals(scheme))
        .findFirst()
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.AGENT_MODULE_MISSING,
                    "agent",
                    "",
                    "module",
                    scheme,
                    "cause",
                    Reason.of(ReasonCode.NOT_INSTALLED)));
  }

  /** What is installed, and of what is not usable what is missing and where it was looked for. */
  public List<AgentModule> modules() {
    List<AgentModule> result = new ArrayList<>();
    drivers.forEach(driver -> result.add(module(driver.kind(), true, "")));
    result.add(module("storage", true, ""));
    for (DiskTransport transport : transports) {
      DiskTransport.Availability availability = transport.availability();
      result.add(module(transport.scheme(), availability.available(), availability.detail()));
    }
    return result;
  }

  private static AgentModule module(String name, boolean available, String detail) {
    return AgentModule.newBuilder().setName(name).setAvailable(available).setDetail(detail).build();
  }
}
