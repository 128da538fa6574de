package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.AgentDescription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** What this host and process are, as the server shows them (AGT-05, AGT-06). */
final class HostDescription {
  private static final int PROTOCOL_VERSION = 1;
  private static final Path OS_RELEASE = Path.of("/etc/os-release");

  private final Connectors connectors;
  private final String controlAddress;
  private final String instanceId = UUID.randomUUID().toString();

  HostDescription(Connectors connectors, String controlAddress) {
    this.connectors = connectors;
    this.controlAddress = controlAddress;
  }

  /** As of now. */
  AgentDescription describe(int controlPort) {
    return AgentDescription.newBuilder()
        .setHostName(hostName())
        .addAllAddresses(addresses())
        .setOs(operatingSystem())
        .setArchitecture(System.getProperty("os.arch"))
        .setVersion(version())
        .addAllModules(connectors.modules())
        .setControlAddress(controlAddress)
        .setControlPort(controlPort)
        .setInstanceId(instanceId)
        .setProtocolVersion(PROTOCOL_VERSION)
        .build();
  }

  /** The JAR's version; "development" when run from classes. */
  static String version() {
    String version = HostDescription.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "localhost";
    }
  }

  private static List<String> addresses() {
    List<String> result = new ArrayList<>();
    try {
      for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (card.isUp() && !card.isLoopback()) {
          card.getInterfaceAddresses().stream()
              .map(bound -> bound.getAddress())
              .filter(address -> !address.isLinkLocalAddress())
              .map(InetAddress::getHostAddress)
              .forEach(result::add);
        }
      }
    } catch (SocketException unreadable) {
      return result;
    }
    return result;
  }

  private static String operatingSystem() {
    try {
      for (String line : Files.readAllLines(OS_RELEASE)) {
        if (line.startsWith("PRETTY_NAME=")) {
          return line.substring("PRETTY_NAME=".length()).replace("\"", "");
        }
      }
    } catch (IOException none) {
      return System.getProperty("os.name");
    }
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }
}
