package io.holdfast.servertest.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The place of the server under test: an empty state folder, an empty database, free ports, a
 * server home of its own that shares the provisioned modules. Made once for a JVM; everything is
 * below {@code target/bed-<database>} and stays there after the run, to be looked at.
 */
public final class ServerBed {
  /** What the database and HTTPS key are opened with; set by the pom as environment. */
  public static final String TLS_PASSWORD = "HOLDFAST_TLS_PASSWORD";

  private static ServerBed prepared;

  private final Path folder;
  private final String database;

  private ServerBed(Path folder, String database) {
    this.folder = folder;
    this.database = database;
  }

  /** Makes the bed, unless it is made. */
  public static synchronized ServerBed prepare() {
    if (prepared == null) {
      String database = System.getProperty("holdfast.database", "h2");
      ServerBed bed =
          new ServerBed(Path.of("target", "bed-" + database).toAbsolutePath(), database);
      try {
        bed.make();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      prepared = bed;
    }
    return prepared;
  }

  /** {@code h2} or {@code mariadb}. */
  public String database() {
    return database;
  }

  /** The state folder of the server under test. */
  public Path state() {
    return folder.resolve("state");
  }

  private void make() throws IOException {
    deleteTree(folder);
    Files.createDirectories(state().resolve("database"));
    Path home = makeHome();
    makeKey();
    String url = database.equals("mariadb") ? MariaDb.start(folder.resolve("mariadb")) : "";
    int https = freePort();
    int http = freePort();
    System.setProperty("bed.http", Integer.toString(http));
    System.setProperty("bed.home", home.toString());
    System.setProperty("bed.https", Integer.toString(https));
    System.setProperty("bed.state", state().toString());
    int management = freePort();
    System.setProperty("bed.management", Integer.toString(management));
    // Each in quotes: the container splits them at spaces, and the checkout's path may have one.
    System.setProperty(
        "bed.java.options",
        options(https, http, management, url).stream()
            .map(option -> '"' + option + '"')
            .collect(Collectors.joining(" ")));
  }

  private List<String> options(int https, int http, int management, String databaseUrl)
      throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xms128m",
                "-Xmx512m",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.awt.headless=true",
                "-Dholdfast.state=" + state(),
                "-Dholdfast.tls.keystore=" + state().resolve("tls/server.p12"),
                "-Dholdfast.agent.port=" + freePort(),
                "-Djboss.bind.address=127.0.0.1",
                "-Djboss.bind.address.management=127.0.0.1",
                "-Djboss.http.port=" + http,
                "-Djboss.https.port=" + https,
                "-Djboss.management.http.port=" + management));
    if (!databaseUrl.isEmpty()) {
      options.add("-Denv.HOLDFAST_DB_URL=" + databaseUrl);
    }
    return options;
  }

  private Path makeHome() throws IOException {
    Path from = Path.of(System.getProperty("holdfast.root"), "ear", "target", "server");
    if (!Files.isRegularFile(from.resolve("standalone/deployments/holdfast.ear"))) {
      throw new IllegalStateException("The server has not been provisioned: " + from);
    }
    Path home = folder.resolve("server");
    Files.createDirectories(home);
    Files.copy(from.resolve("jboss-modules.jar"), home.resolve("jboss-modules.jar"));
    Files.createSymbolicLink(home.resolve("modules"), from.resolve("modules"));
    copyTree(from.resolve("standalone"), home.resolve("standalone"));
    letTestsIn(home.resolve("standalone/configuration/standalone.xml"));
    return home;
  }

  /**
   * Arquillian calls the tests by plain HTTP, which the product does not offer; and the log goes to
   * a file too, where tests can read it.
   */
  private static void letTestsIn(Path configuration) throws IOException {
    String text = Files.readString(configuration);
    String changed =
        text.replaceFirst(
                "(<server name=\"default-server\"[^>]*>)",
                "$1<http-listener name=\"tests\" socket-binding=\"http\"/>")
            .replaceFirst("(<root-logger>[^!]*?<handlers>)", "$1<handler name=\"FILE\"/>");
    if (changed.equals(text)) {
      throw new IllegalStateException("No place for the tests' listener in " + configuration);
    }
    Files.writeString(configuration, changed);
  }

  private void makeKey() throws IOException {
    Path keystore = state().resolve("tls/server.p12");
    Files.createDirectories(keystore.getParent());
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Path said = folder.resolve("keytool.out");
    run(
        said,
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "2",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            keystore.toString(),
            "-storepass:env",
            TLS_PASSWORD));
  }

  /** Runs a command to its end; its words go to a file, and into the error when it fails. */
  static void run(Path output, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + ": " + Files.readString(output));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** A port that nobody listens on now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
