package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.http.BoundedHttp;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.PlatformDriver;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.source.spi.CephStorage;
import java.net.http.HttpClient;
import java.time.Clock;

/**
 * Opens connections to Hikvision Edge Cloud (RES-02). One HTTP client serves all of them.
 * Thread-safe.
 */
public final class HikCloudDriver implements PlatformDriver {
  /** What platforms of this kind are called in the agent protocol. */
  public static final String KIND = "hikcloud";

  private final RequestTimings timings;
  private final Waiting waiting;
  private final CephStorage ceph;
  private final HttpClient client;

  /**
   * @param clock of time limits and signatures: it must not differ much from the platform's
   * @param ceph how clusters are asked
   */
  public HikCloudDriver(Clock clock, CephStorage ceph) {
    this(clock, ceph, RequestTimings.standard());
  }

  /** As the other, with time limits and retries of its own. */
  public HikCloudDriver(Clock clock, CephStorage ceph, RequestTimings timings) {
    this.timings = timings;
    this.waiting = new Waiting(clock);
    this.ceph = ceph;
    this.client = BoundedHttp.client(timings);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public PlatformConnection connect(PlatformAccess access) {
    return new HikCloudConnection(client(access));
  }

  @Override
  public SnapshotKeeper snapshots(PlatformAccess access) {
    return new HikCloudSnapshotKeeper(client(access));
  }

  private CloudClient client(PlatformAccess access) {
    return CloudClient.of(access, ceph, client, BoundedHttp.timings(timings, access), waiting);
  }
}
