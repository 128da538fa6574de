package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.http.BoundedHttp;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.PlatformDriver;
import io.holdfast.platform.spi.SnapshotKeeper;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.function.Predicate;

/** Opens connections to H3C CAS. One HTTP client serves all of them. Thread-safe. */
public final class H3cCasDriver implements PlatformDriver {
  /** What platforms of this kind are called in the agent protocol. */
  public static final String KIND = "h3c-cas";

  private final RequestTimings timings;
  private final Waiting waiting;
  private final Predicate<String> transportAvailable;
  private final HttpClient client;

  /**
   * @param clock of time limits
   * @param transportAvailable by scheme ("cvd-sdk"), whether this agent has that disk transport
   */
  public H3cCasDriver(Clock clock, Predicate<String> transportAvailable) {
    this(clock, transportAvailable, RequestTimings.standard());
  }

  /** As the other, with time limits and retries of its own. */
  public H3cCasDriver(Clock clock, Predicate<String> transportAvailable, RequestTimings timings) {
    this.timings = timings;
    this.waiting = new Waiting(clock);
    this.transportAvailable = transportAvailable;
    this.client = BoundedHttp.client(timings);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public PlatformConnection connect(PlatformAccess access) {
    return new H3cCasConnection(
        access, client, BoundedHttp.timings(timings, access), waiting, transportAvailable);
  }

  @Override
  public SnapshotKeeper snapshots(PlatformAccess access) {
    return new H3cCasSnapshotKeeper(access, client, BoundedHttp.timings(timings, access), waiting);
  }
}
