package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Heartbeats;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.server.AgentServices;
import io.holdfast.agent.server.ControlServer;
import io.holdfast.agent.transfer.PoolMedium;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: control server, services, heartbeats. {@link #close()} says goodbye first, so
 * that the server starts nothing new here, then lets what runs come to its next resumable point.
 */
final class AgentProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentProcess.class);

  private final StateFolder state;
  private final Connectors connectors;
  private final CurrentIdentity identity;
  private final Clock clock;
  private final AgentServices services;
  private ControlServer control;
  private Heartbeats heartbeats;
  private boolean closed;

  AgentProcess(
      StateFolder state,
      Connectors connectors,
      CurrentIdentity identity,
      PoolMedium medium,
      Clock clock) {
    this.state = state;
    this.connectors = connectors;
    this.identity = identity;
    this.clock = clock;
    this.services = new AgentServices(connectors, medium, state, identity, clock);
  }

  /**
   * Listens, then begins to send heartbeats; returns at once.
   *
   * @param listenOn where the control server listens
   * @param announced the address the server is told to dial
   */
  synchronized void start(ServerAddress server, InetSocketAddress listenOn, String announced) {
    HostDescription host = new HostDescription(connectors, announced);
    control = ControlServer.start(listenOn, identity, services.all());
    int port = control.port();
    heartbeats = new Heartbeats(state, server, identity, () -> host.describe(port), clock);
    heartbeats.start();
    LOG.info(
        "Agent {} version {} listens on {}:{} for {}",
        state.agentId(),
        HostDescription.version(),
        announced,
        port,
        server);
  }

  /** The port the control server listens on. */
  synchronized int controlPort() {
    return control.port();
  }

  /** Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    LOG.info("Stopping");
    if (heartbeats != null) {
      heartbeats.close();
    }
    if (control != null) {
      control.close();
    }
    services.close();
    LOG.info("Stopped");
  }
}
