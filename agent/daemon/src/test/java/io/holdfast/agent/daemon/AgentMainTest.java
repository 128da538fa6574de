package io.holdfast.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.protocol.AgentModule;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.agent.testing.TestBackupServer;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AgentMainTest {
  private static final int SIGTERM_EXIT = 143;

  private final TestAuthority authority = new TestAuthority();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = AgentMain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  @Tag("AGT-05")
  @Tag("AGT-06")
  void aProcessEnrolsShowsWhatItIsAndSaysGoodbyeWhenItIsTerminated() throws Exception {
    String state = folder.resolve("a state folder").toString();
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", Duration.ofDays(2))) {
      Process process = start(state, server);
      try {
        HeartbeatRequest beat = server.beats().poll(60, TimeUnit.SECONDS);
        assertNotNull(beat, "no heartbeat");
        AgentDescription agent = beat.getDescription();
        assertEquals(1, agent.getProtocolVersion());
        assertTrue(agent.getControlPort() > 0);
        assertEquals("127.0.0.1", agent.getControlAddress());
        List<String> modules = agent.getModulesList().stream().map(AgentModule::getName).toList();
        assertTrue(
            modules.containsAll(List.of("h3c-cas", "storage", "cvd-sdk", "nbd")), modules + "");
        AgentModule sdk =
            agent.getModulesList().stream()
                .filter(module -> module.getName().equals("cvd-sdk"))
                .findFirst()
                .orElseThrow();
        assertFalse(sdk.getAvailable());
        assertTrue(sdk.getDetail().contains("no-such-folder"), sdk.getDetail());
        assertEquals(0, run("status", "--state", state));
        assertTrue(out.toString().contains("running"), out.toString());
        assertEquals(1, run("run", "--state", state), "one process for a state folder");
      } finally {
        process.destroy();
      }
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(SIGTERM_EXIT, process.exitValue());
      assertTrue(server.goodbye().await(1, TimeUnit.SECONDS));
    }
    assertEquals(1, run("status", "--state", state));
    assertTrue(out.toString().contains("stopped"), out.toString());
    assertNoSecretIn(folder);
  }

  private Process start(String state, TestBackupServer server) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-Dholdfast.cvdsdk.folder=" + folder.resolve("no-such-folder"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AgentMain.class.getName(),
            "run",
            "--state",
            state,
            "--server",
            server.address().toString(),
            "--control-port",
            "0",
            "--control-address",
            "127.0.0.1");
    builder.environment().put("HOLDFAST_ACCESS_KEY", authority.accessKey("s3cret"));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  private static void assertNoSecretIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("s3cret"), file.toString());
      }
    }
  }

  @Test
  @Tag("AGT-05")
  void enrollingWithoutAKeyOrWithAWrongOneSaysWhy() throws Exception {
    String state = folder.resolve("state").toString();
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", Duration.ofDays(2))) {
      String address = server.address().toString();
      assertEquals(1, run("enrol", "--state", state, "--server", address));
      assertTrue(err.toString().startsWith("FIELD_MISSING"), err.toString());
      String wrong = authority.accessKey("another");
      assertEquals(1, run("enrol", "--state", state, "--server", address, "--access-key", wrong));
      assertTrue(err.toString().startsWith("ACCESS_KEY_REFUSED"), err.toString());
      String right = authority.accessKey("s3cret");
      assertEquals(0, run("enrol", "--state", state, "--server", address, "--access-key", right));
      assertTrue(out.toString().startsWith("Enrolled as agent"), out.toString());
    }
  }

  @Test
  @Tag("POOL-01")
  void aPoolFolderAloneIsInspectedVerifiedAndRestored() throws Exception {
    TestPlatform platform = new TestPlatform(folder);
    TestVm vm = platform.addVm("vm");
    TestDisk disk = vm.addDisk(folder, "vda", (3 << 20) + 512);
    vm.addDisk(folder, "vdb", 1 << 20);
    DiskPattern.holed((3 << 20) + 512, Seed.ofRun()).writeTo(disk.file());
    RestorePointSummary point;
    try (TestAgent agent =
        new TestAgent(folder, platform, new CountingTransport(), UUID.randomUUID())) {
      BackupDriver driver = new BackupDriver(agent);
      point = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    }
    String pool = folder.resolve("pool").toString();
    String id = point.getRestorePointId();
    Path image = folder.resolve("image.raw");

    assertEquals(0, run("pool", "inspect", pool));
    assertTrue(out.toString().contains(id), out.toString());
    assertEquals(0, run("pool", "inspect", pool, "--restore-point", id));
    assertEquals(0, run("pool", "verify", pool));
    assertEquals(1, run("pool", "restore", pool, "--restore-point", id, "--to", image.toString()));
    assertTrue(err.toString().startsWith("NOT_FOUND"), "two disks, none named: " + err);
    assertEquals(
        0,
        run(
            "pool",
            "restore",
            pool,
            "--restore-point",
            id,
            "--disk",
            "vda",
            "--to",
            image.toString()));
    assertArrayEquals(Files.readAllBytes(disk.file()), Files.readAllBytes(image));
    assertEquals(1, run("pool", "verify", folder.resolve("nothing").toString()));
    assertTrue(err.toString().startsWith("POOL_NOT_FOUND"), err.toString());
    assertEquals(2, run("pool"));
  }
}
