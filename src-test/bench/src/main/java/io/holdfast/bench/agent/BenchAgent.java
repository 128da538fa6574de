package io.holdfast.bench.agent;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.server.AgentServices;
import io.holdfast.agent.server.ControlServer;
import io.holdfast.agent.transfer.FolderMedium;
import io.holdfast.source.file.FileDiskTransport;
import io.holdfast.source.rbd.RbdDiskTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The agent's process: the product's services behind the product's control server, with {@link
 * ImagePlatform} in place of a hypervisor, dedup pools and without heartbeats, for there is no
 * server. Ends when its standard input does.
 */
public final class BenchAgent {
  private BenchAgent() {}

  /**
   * @param arguments state folder (with an identity), folder of the VMs
   */
  public static void main(String[] arguments) throws IOException {
    StateFolder state = StateFolder.open(Path.of(arguments[0]));
    CurrentIdentity identity = new CurrentIdentity(Identity.load(state).orElseThrow());
    Connectors connectors =
        new Connectors(
            List.of(new ImagePlatform(Path.of(arguments[1]))),
            List.of(new FileDiskTransport(), new RbdDiskTransport()));
    Clock clock = Clock.systemUTC();
    try (AgentServices services =
        new AgentServices(connectors, new FolderMedium(clock), state, identity, clock)) {
      InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (ControlServer control = ControlServer.start(loopback, identity, services.all())) {
        System.out.println(AgentProcess.READY + control.port());
        System.out.flush();
        while (System.in.read() >= 0) {
          // Only the end matters.
        }
      }
    }
    System.exit(0);
  }
}
