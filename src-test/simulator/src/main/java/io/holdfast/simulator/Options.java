package io.holdfast.simulator;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  public List<String> cvkAddresses() {
    return List.of(text("--cvk-addresses", "127.0.0.11,127.0.0.12").split(","));
  }

  public int cvdPort() {
    return number("--cvd-port", 8192);
  }

  public String release() {
    return text("--release", "E0785P03");
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

  /**
   * First and last data port: as given, else by release (30000 to 30999 from E0780 on, 10000 to
   * 30000 before).
   */
  public int[] dataPorts() {
    String digits = release().replaceAll("^E(\\d{4}).*", "$1");
    boolean old = digits.matches("\\d{4}") && Integer.parseInt(digits) < 780;
    String[] parts = text("--data-ports", old ? "10000-30000" : "30000-30999").split("-");
    if (parts.length != 2 || Integer.parseInt(parts[0]) > Integer.parseInt(parts[1])) {
      throw new IllegalArgumentException("--data-ports first-last");
    }
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
