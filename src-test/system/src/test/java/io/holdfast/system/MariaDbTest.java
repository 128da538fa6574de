package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.Waiting;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The main job with the server's data in MariaDB, across a kill of the server. */
class MariaDbTest {
  private static final long MIB = 1 << 20;
  private static final long AGENT_LIMIT_KIB = 256 << 10;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  @Tag("OPS-01")
  @Tag("JOB-09")
  @Tag("AGT-05")
  void backsUpAndRestoresAndSurvivesAKill() throws Exception {
    Path data = Files.createTempDirectory("hfmaria");
    int port = freePort();
    Process database = startMariaDb(data, port);
    try {
      Map<String, String> environment =
          Map.of(
              "HOLDFAST_DB_DRIVER", "mariadb",
              "HOLDFAST_DB_DIALECT", "mariadb",
              "HOLDFAST_DB_URL", "jdbc:mariadb://127.0.0.1:" + port + "/holdfast",
              "HOLDFAST_DB_USER", "holdfast",
              "HOLDFAST_DB_PASSWORD", "geheim-密码");
      try (Bed bed = Bed.own("mariadb", environment)) {
        roundTrip(bed);
        leftover(bed, data);
      }
    } finally {
      database.destroy();
      database.waitFor();
      Bed.deleteRecursively(data);
    }
  }

  private static void roundTrip(Bed bed) {
    String vm = Bed.name("maria-数据库");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(512 * MIB, "qcow2", List.of(Bed.content(0, 96 * MIB, "mixed", 1)))));
    String job = bed.jobFor(vm, Map.of("streamsPerDisk", 2));
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 40, "times", 0));
    String run = bed.operator().start(job, "FULL");
    Waiting.until(
        "half",
        LIMIT,
        () -> bed.api().get("/runs/" + run),
        now -> now.path("percent").asInt() >= 40);
    bed.installation().kill("server");
    bed.cas().clearFaults();
    bed.installation().holdfast("start").orFail();
    bed.operator().done(run);
    bed.cas().write(vm, "vda", 200 * MIB, MIB, 3);
    JsonNode incremental = bed.operator().done(bed.operator().start(job, "INCREMENTAL"));
    assertEquals(MIB, incremental.path("readBytes").asLong());
    RestoredCopy.assertIdentical(bed, vm);
    // The demo's way and nothing else has gone through this agent: a full backup, an incremental, a
    // restore.
    assertTrue(bed.agentResidentKib() < AGENT_LIMIT_KIB, bed.agentResidentKib() + " KiB");
  }

  /** CAS-05: what a sweep removes is in the log of the run that left it and in the audit log. */
  private static void leftover(Bed bed, Path data) throws IOException {
    String vm = Bed.name("left");
    bed.cas().createVm(vm, true, List.of(Bed.disk(64 * MIB, "qcow2", List.of())));
    String run = bed.operator().start(bed.jobFor(vm, Map.of()), "FULL");
    String task = bed.operator().done(run).path("vms").path(0).path("taskId").asText();
    String snapshot = "holdfast-" + task;
    String path = "/lab/vm/" + JsonHttp.encode(vm) + "/snapshot";
    bed.cas()
        .lab()
        .post(path, Map.of("name", snapshot, "external", true, "memory", false, "desc", ""));
    bed.installation().kill("agent");
    bed.installation().holdfast("start").orFail();
    Waiting.until("the sweep", LIMIT, () -> bed.cas().snapshots(vm), List::isEmpty);
    Waiting.until(
        "its line in the log",
        LIMIT,
        () -> bed.api().get("/runs/" + run + "/log").toString(),
        log -> log.contains("LEFTOVER_SNAPSHOT_REMOVED") && log.contains(snapshot));
    Path out = data.resolve("audit.txt");
    client(
        out,
        data.resolve("s"),
        "select concat(user_name, ' ', resource_id, ' ', resource_name, ' ', detail)"
            + " from holdfast.audit_entry where action = 'leftover-remove'");
    List<String> lines = Files.readAllLines(out);
    assertEquals(2, lines.size(), "a heading and one entry: " + lines);
    String entry = lines.get(1);
    assertTrue(entry.startsWith("server " + bed.place().platformId()), entry);
    assertTrue(entry.contains(vm) && entry.endsWith(snapshot), entry);
  }

  private static Process startMariaDb(Path data, int port)
      throws IOException, InterruptedException {
    Path log = data.resolve("mariadb.log");
    Path files = data.resolve("data");
    int installed =
        quiet(
                log,
                "mariadb-install-db",
                "--no-defaults",
                "--user=root",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--datadir=" + files)
            .waitFor();
    assertEquals(0, installed, Files.readString(log));
    Path socket = data.resolve("s");
    Process server =
        quiet(
            log,
            "/usr/sbin/mariadbd",
            "--no-defaults",
            "--user=root",
            "--datadir=" + files,
            "--socket=" + socket,
            "--port=" + port,
            "--bind-address=127.0.0.1");
    String sql =
        "create database holdfast character set utf8mb4; create user holdfast@'127.0.0.1' identified by 'geheim-密码';"
            + " grant all on holdfast.* to holdfast@'127.0.0.1'";
    Waiting.until("MariaDB", LIMIT, () -> client(log, socket, sql), exitCode -> exitCode == 0);
    return server;
  }

  private static int client(Path log, Path socket, String sql) {
    try {
      return quiet(
              log,
              "mariadb",
              "--no-defaults",
              "--default-character-set=utf8mb4",
              "-uroot",
              "-S",
              socket.toString(),
              "-e",
              sql)
          .waitFor();
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static Process quiet(Path log, String... command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
