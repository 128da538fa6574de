package io.holdfast.agent.server;

import io.grpc.BindableService;
import java.util.List;

/** The services of a control server and the threads and buffers they share. */
public final class AgentServices implements AutoCloseable {
  private static final int CALLS_AT_ONCE = 64;

  private final Calls calls = new Calls("holdfast-call", CALLS_AT_ONCE);
  private final List<BindableService> services;

  public AgentServices(Connectors connectors) {
    services = List.of(new PlatformQueriesService(connectors, calls));
  }

  /** What a control server offers. */
  public List<BindableService> all() {
    return services;
  }

  /** Waits for what runs to come to a resumable point, then closes disks and pools. */
  @Override
  public void close() {
    calls.close();
  }
}
