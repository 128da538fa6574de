package io.holdfast.servertest.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An empty MariaDB of Debian's package, on loopback, stopped when this JVM ends. */
final class MariaDb {
  private static final long START_SECONDS = 90;

  private MariaDb() {}

  /** Starts it with its logs in a new folder; the JDBC address of its empty database. */
  static String start(Path folder) throws IOException {
    Files.createDirectories(folder);
    // Not in the checkout: a socket's path must be short, and MariaDB's own script that makes a
    // database cannot do it in a path with a space.
    Path place = Files.createTempDirectory("hf-db");
    Path rows = place.resolve("data");
    ServerBed.run(
        folder.resolve("install.out"),
        List.of(
            program("mariadb-install-db"),
            "--no-defaults",
            "--user=root",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--datadir=" + rows));
    Path setUp = folder.resolve("init.sql");
    Files.writeString(
        setUp,
        "CREATE DATABASE holdfast CHARACTER SET utf8mb4;\nCREATE USER '%s'@'%%' IDENTIFIED BY '%s';\n"
                .formatted(System.getenv("HOLDFAST_DB_USER"), System.getenv("HOLDFAST_DB_PASSWORD"))
            + "GRANT ALL ON holdfast.* TO '%s'@'%%';\n"
                .formatted(System.getenv("HOLDFAST_DB_USER")));
    int port = ServerBed.freePort();
    Process server =
        new ProcessBuilder(
                program("mariadbd"),
                "--no-defaults",
                "--user=root",
                "--datadir=" + rows,
                "--socket=" + place.resolve("s"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=1",
                "--init-file=" + setUp)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mariadbd.out").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, place), "stop mariadbd"));
    awaitReady(server, folder.resolve("mariadbd.out"));
    return "jdbc:mariadb://127.0.0.1:" + port + "/holdfast";
  }

  private static void awaitReady(Process server, Path log) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.readString(log).contains("ready for connections")) {
      if (!server.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("mariadbd did not start: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static void stop(Process server, Path place) {
    server.destroy();
    try {
      if (!server.waitFor(20, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
      ServerBed.deleteTree(place);
    } catch (IOException leftBehind) {
      server.destroyForcibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String program(String name) {
    for (String folder : List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new IllegalStateException(
        name
            + " is missing. Install it with: apt-get install --no-install-recommends mariadb-server");
  }
}
