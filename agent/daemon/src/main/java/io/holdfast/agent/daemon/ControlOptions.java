package io.holdfast.agent.daemon;

import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/** Where the server finds this agent. */
final class ControlOptions {
  private static final String PORT = "control.port";
  private static final String ADDRESS = "control.address";
  private static final int DEFAULT_PORT = 8445;

  @Option(
      names = "--control-port",
      paramLabel = "<port>",
      description = "Port on which the server dials this agent; default 8445, 0: any free one.")
  private Integer port;

  @Option(
      names = "--control-address",
      paramLabel = "<address>",
      description =
          "Address on which the server dials this agent; it is also the one listened on. Default:"
              + " the address from which the server is reached, listening on all.")
  private String address;

  /** The port told or kept; one that is told is kept. */
  int port(StateFolder state) {
    if (port != null) {
      state.set(PORT, port.toString());
      return port;
    }
    return state.get(PORT).map(Integer::parseInt).orElse(DEFAULT_PORT);
  }

  /** What to listen on. */
  InetSocketAddress listenOn(StateFolder state) {
    if (address != null) {
      state.set(ADDRESS, address);
    }
    return state
        .get(ADDRESS)
        .map(told -> new InetSocketAddress(told, port(state)))
        .orElseGet(() -> new InetSocketAddress(port(state)));
  }

  /** What the server is told to dial. */
  String announced(StateFolder state, ServerAddress server) {
    return state.get(ADDRESS).orElseGet(() -> localAddressTowards(server));
  }

  private static String localAddressTowards(ServerAddress server) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()));
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException | java.io.UncheckedIOException unresolved) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }
}
