package io.holdfast.simulator;

import io.holdfast.simulator.cvd.Handles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The command line. Every option has a default but {@code --state}. */
public final class Options {
  private static final Set<String> FLAGS = Set.of("--stop", "--allow-basic");
  private static final Set<String> VALUES =
      Set.of(
          "--state",
          "--port",
          "--bind",
          "--tls-port",
          "--lab-port",
          "--seed",
          "--cvk-addresses",
          "--cvd-port",
          "--data-ports",
          "--release",
          "--arch",
          "--fleet",
          "--json-style",
          "--user",
          "--password",
          "--nonce-seconds",
          "--page-limit",
          "--shutdown-ms",
          "--task-ms");

  private final Map<String, String> values = new LinkedHashMap<>();

  /** Reads arguments; an IllegalArgumentException names what is wrong. */
  public Options(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (FLAGS.contains(name)) {
        values.put(name, "true");
      } else if (VALUES.contains(name) && i + 1 < arguments.length) {
        values.put(name, arguments[++i]);
      } else {
        throw new IllegalArgumentException("unknown or incomplete option " + name);
      }
    }
    if (!values.containsKey("--state")) {
      throw new IllegalArgumentException("--state <folder> is missing");
    }
    if (!Set.of("demo", "hosts").contains(seed())
        || !Set.of("jettison", "native").contains(text("--json-style", "jettison"))) {
      throw new IllegalArgumentException(
          "--seed is demo or hosts, --json-style is jettison or native");
    }
    dataPorts();
    cvkAddresses();
    if (!Set.of("x86_64", "aarch64").contains(text("--arch", "x86_64"))) {
      throw new IllegalArgumentException("--arch is x86_64 or aarch64");
    }
  }

  private String text(String name, String missing) {
    return values.getOrDefault(name, missing);
  }

  private int number(String name, int missing) {
    return Integer.parseInt(text(name, Integer.toString(missing)));
  }

  public boolean stop() {
    return values.containsKey("--stop");
  }

  public boolean allowBasic() {
    return values.containsKey("--allow-basic");
  }

  public Path state() {
    return Path.of(text("--state", "")).toAbsolutePath().normalize();
  }

  public String bind() {
    return text("--bind", "127.0.0.1");
  }

  public int port() {
    return number("--port", 8080);
  }

  /** TLS port, or -1 for none. */
  public int tlsPort() {
    return number("--tls-port", -1);
  }

  public int labPort() {
    return number("--lab-port", 8081);
  }

  public String seed() {
    return text("--seed", "hosts");
  }

  /** One address a host; of a fleet only the first need be given, the others follow it. */
  public List<String> cvkAddresses() {
    List<String> given =
        new ArrayList<>(List.of(text("--cvk-addresses", "127.0.0.11,127.0.0.12").split(",")));
    String first = given.get(0);
    int dot = first.lastIndexOf('.');
    for (int i = given.size(); i < fleet()[1]; i++) {
      given.add(first.substring(0, dot + 1) + (Integer.parseInt(first.substring(dot + 1)) + i));
    }
    return List.copyOf(given);
  }

  public int cvdPort() {
    return number("--cvd-port", 8192);
  }

  /** The release, where it was given. */
  public Optional<String> release() {
    return Optional.ofNullable(values.get("--release"));
  }

  /** The hosts' processor architecture, where it was given. */
  public Optional<String> arch() {
    return Optional.ofNullable(values.get("--arch"));
  }

  public boolean nativeJson() {
    return text("--json-style", "jettison").equals("native");
  }

  public String user() {
    return text("--user", "admin");
  }

  /** The account's password: argument, environment, default. */
  public String password() {
    String environment = System.getenv("HOLDFAST_SIM_PASSWORD");
    return text("--password", environment == null ? "Sim@cas123" : environment);
  }

  public int nonceSeconds() {
    return number("--nonce-seconds", 300);
  }

  public int pageLimit() {
    return number("--page-limit", 1000);
  }

  public int shutdownMillis() {
    return number("--shutdown-ms", 1500);
  }

  public int taskMillis() {
    return number("--task-ms", 0);
  }

  /** First and last data port as given; empty: by the release of the host. */
  public Optional<Handles.PortRange> dataPorts() {
    if (!values.containsKey("--data-ports")) {
      return Optional.empty();
    }
    String[] parts = text("--data-ports", "").split("-");
    if (parts.length != 2 || Integer.parseInt(parts[0]) > Integer.parseInt(parts[1])) {
      throw new IllegalArgumentException("--data-ports first-last");
    }
    return Optional.of(
        new Handles.PortRange(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
  }

  private int[] fleet() {
    String[] parts = text("--fleet", "0x0").split("x");
    if (parts.length != 2 || !(parts[0] + parts[1]).matches("\\d+")) {
      throw new IllegalArgumentException("--fleet <VMs>x<hosts>");
    }
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }

  /** How many small VMs a new state folder gets besides its seed. */
  public int fleetVms() {
    return fleet()[0];
  }
}
