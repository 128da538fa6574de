package io.holdfast.source.cvd;

import static io.holdfast.toolkit.DiskSourceContract.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.cvdsdk.StandInLibrary;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.Messages;
import io.holdfast.source.LimitedCalls;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.CvdObject;
import io.holdfast.source.spi.DiskEndpoint.PlatformLogin;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport.Availability;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import io.holdfast.toolkit.Fault;
import io.holdfast.toolkit.QemuImage;
import io.holdfast.toolkit.QemuNbd;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JNA binding against the stand-in library, which is loaded as the vendor's would be. */
class CvdDiskTest {
  private static final int SIZE_BYTES = 4 << 20;

  @TempDir static Path installed;

  private static CvdDiskTransport transport;

  private CvdDsServer server;

  @BeforeAll
  static void install() {
    StandInLibrary.installInto(installed);
    transport = new CvdDiskTransport(installed, installed);
  }

  @AfterEach
  void endServer() {
    if (server != null) {
      server.close();
    }
  }

  private static DiskEndpoint endpoint(int port, int connections, String level) {
    return new DiskEndpoint(
        "cvd-sdk",
        "127.0.0.1",
        port,
        new CvdObject(
            "17",
            "vda",
            "holdfast \"快照\"",
            "",
            new PlatformLogin(CvdDsServer.USER, CvdDsServer.PASSWORD)),
        64 << 10,
        connections,
        Duration.ofMinutes(1),
        level);
  }

  private DiskSource openOn(DiskPattern pattern, Path folder, int connections) {
    Path raw = folder.resolve("disk.raw");
    pattern.writeTo(raw);
    server = new CvdDsServer(raw, "raw");
    return transport.openForReading(endpoint(server.port(), connections, "warning"));
  }

  @Nested
  class Source implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) {
      server = new CvdDsServer(raw, "raw");
      return transport.openForReading(endpoint(server.port(), 5, "error"));
    }
  }

  @Nested
  class Target implements DiskTargetContract {
    private Path raw;
    private Path qcow2;

    @Override
    public DiskTarget openTarget(Path image, Path folder) {
      raw = image;
      qcow2 = folder.resolve("disk.qcow2");
      QemuImage.convert(raw, "raw", qcow2, "qcow2");
      server = new CvdDsServer(qcow2, "qcow2");
      return transport.openForWriting(endpoint(server.port(), 2, "error"));
    }

    @Override
    public void closedImage() {
      QemuImage.convert(qcow2, "qcow2", raw, "raw");
    }
  }

  @Test
  @Tag("SIM-03")
  @Tag("CAS-11")
  void opensTheSnapshotWithTheConnectionsAskedForAndClosesItsHandle(@TempDir Path folder)
      throws Exception {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openOn(pattern, folder, 3)) {
      source.read(0, ByteBuffer.allocateDirect(65536)).get(30, TimeUnit.SECONDS);
      assertEquals(3, server.dataPorts().get(0).connections());
    }
    String open = server.requests().get(1);
    for (String part :
        List.of(
            "\"vmId\":17,",
            "\"device\":\"vda\"",
            "\"snapshot\":\"holdfast \\\"快照\\\"\"",
            "\"mode\":\"ro\"",
            "\"blockSize\":65536")) {
      assertTrue(open.contains(part), part + " is not in " + open);
    }
    assertTrue(server.requests().get(2).contains("\"op\":\"close\""), server.requests().toString());
  }

  @Test
  @Tag("CAS-11")
  void refusesMoreThanFiveConnectionsAndOddBuffers() {
    BackupException failure =
        assertThrows(
            BackupException.class, () -> transport.openForReading(endpoint(8192, 6, "error")));
    assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, failure.code());
  }

  @Test
  @Tag("CAS-09")
  void writesItsLogAtTheLevelAskedForAndNeverThePassword(@TempDir Path folder) throws Exception {
    Path log = installed.resolve(CvdDiskTransport.LOG_NAME);
    long before = Files.exists(log) ? Files.size(log) : 0;
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    openOn(pattern, folder, 1).close();
    assertEquals(before, Files.size(log));
    transport.openForReading(endpoint(server.port(), 1, "message")).close();
    String text = Files.readString(log);
    assertTrue(text.contains(" message opened 17 vda"), text);
    assertFalse(text.contains(CvdDsServer.PASSWORD), text);
  }

  @Test
  @Tag("CAS-10")
  void namesTheControlPortThatDoesNotAnswer() {
    int port = QemuNbd.freePort();
    BackupException failure =
        assertThrows(
            BackupException.class, () -> transport.openForReading(endpoint(port, 1, "error")));
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, failure.code());
    assertEquals(String.valueOf(port), failure.parameters().get("port"));
    assertEquals("127.0.0.1", failure.parameters().get("host"));
  }

  @Test
  @Tag("CAS-10")
  void namesTheDataPortThatDoesNotAnswer(@TempDir Path folder) {
    int dataPort = QemuNbd.freePort();
    server =
        new CvdDsServer(folder, "raw")
            .answeringOpenWith(
                "{\"id\":%d,\"ok\":true,\"handle\":\"h1\",\"size\":512,\"export\":\"x\",\"dataPort\":"
                    + dataPort
                    + "}");
    BackupException failure =
        assertThrows(
            BackupException.class,
            () -> transport.openForReading(endpoint(server.port(), 1, "error")));
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, failure.code());
    assertEquals(String.valueOf(dataPort), failure.parameters().get("port"));
  }

  @Test
  @Tag("SIM-03")
  void repeatsTheWordsOfCvdDs(@TempDir Path folder) {
    server =
        new CvdDsServer(folder, "raw")
            .answeringOpenWith(
                "{\"id\":%d,\"ok\":false,\"code\":\"NO_SNAPSHOT\",\"message\":\"\\u6ca1\\u6709 😀\"}");
    BackupException failure =
        assertThrows(
            BackupException.class,
            () -> transport.openForReading(endpoint(server.port(), 1, "error")));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, failure.code());
    assertTrue(failure.getMessage().contains("NO_SNAPSHOT: 没有 😀"), failure.getMessage());
  }

  @Test
  @Tag("SIM-03")
  void anAnswerThatIsNoneDoesNotOpenADisk(@TempDir Path folder) {
    server = new CvdDsServer(folder, "raw").answeringOpenWith("{\"id\":%d,\"ok\":true,\"handle");
    BackupException failure =
        assertThrows(
            BackupException.class,
            () -> transport.openForReading(endpoint(server.port(), 1, "error")));
    assertEquals(ErrorCode.NATIVE_CALL_FAILED, failure.code());
    assertEquals("cvd_open", failure.parameters().get("function"));
  }

  @Test
  @Tag("CAS-10")
  void aLostDataConnectionFailsAllReadsAsTransient(@TempDir Path folder) {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openOn(pattern, folder, 2)) {
      server.dataPorts().get(0).with(Fault.truncate().at(1_000_000));
      List<CompletableFuture<Void>> reads = new ArrayList<>();
      for (int at = 0; at < SIZE_BYTES; at += 256 << 10) {
        reads.add(source.read(at, ByteBuffer.allocateDirect(256 << 10)));
      }
      // Calls take a free connection in any order, but after a loss none succeeds.
      BackupException failure =
          failureOf(
              reads
                  .get(reads.size() - 1)
                  .handle((done, e) -> null)
                  .thenCompose(end -> source.read(0, ByteBuffer.allocateDirect(512))));
      assertEquals(ErrorCode.DISK_READ_FAILED, failure.code());
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
    }
  }

  @Test
  @Tag("CAS-10")
  void aWrongReplyIsNeverTakenForData(@TempDir Path folder) {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openOn(pattern, folder, 1)) {
      server.dataPorts().get(0).with(Fault.flipBit());
      BackupException failure = failureOf(source.read(0, ByteBuffer.allocateDirect(65536)));
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
    }
  }

  @Test
  @Tag("CAS-10")
  void closingEndsReadsThatHang(@TempDir Path folder) {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    List<CompletableFuture<Void>> reads = new ArrayList<>();
    long begun;
    try (DiskSource source = openOn(pattern, folder, 2)) {
      server.dataPorts().get(0).with(Fault.hang().at(500_000));
      for (int at = 0; at < SIZE_BYTES; at += 512 << 10) {
        reads.add(source.read(at, ByteBuffer.allocateDirect(512 << 10)));
      }
      begun = System.nanoTime();
    }
    assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(10));
    assertEquals(ErrorKind.TRANSIENT, failureOf(reads.get(reads.size() - 1)).kind());
  }

  @Test
  @Tag("CAS-09")
  void aCallThatHangsIsGivenUpSaidAndLeavesTheCallersBufferAlone(@TempDir Path folder)
      throws Exception {
    CvdLimits quick =
        new CvdLimits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            1);
    CvdDiskTransport limited = new CvdDiskTransport(installed, installed, quick);
    DiskPattern.full(SIZE_BYTES, Seed.ofRun()).writeTo(folder.resolve("disk.raw"));
    server = new CvdDsServer(folder.resolve("disk.raw"), "raw");
    try (DiskSource source = limited.openForReading(endpoint(server.port(), 1, "error"))) {
      server.dataPorts().get(0).with(Fault.hang().at(100_000));
      source.read(0, ByteBuffer.allocateDirect(512)).get(30, TimeUnit.SECONDS);
      ByteBuffer mine = ByteBuffer.allocateDirect(512 << 10);
      BackupException failure = failureOf(source.read(0, mine));

      assertEquals(ErrorCode.DISK_READ_FAILED, failure.code());
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
      assertTrue(failure.getMessage().contains("CVD-SDK has not answered"), failure.getMessage());
      for (int at = 0; at < mine.capacity(); at++) {
        assertEquals(0, mine.get(at), "written after it was given up");
      }
      assertEquals(1, LimitedCalls.hanging());
      assertFalse(limited.availability().available());
      BackupException refused =
          assertThrows(
              BackupException.class,
              () -> limited.openForReading(endpoint(server.port(), 1, "error")));
      assertEquals(ErrorCode.NATIVE_CALL_FAILED, refused.code());
    }
    for (int i = 0; i < 100 && LimitedCalls.hanging() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertEquals(0, LimitedCalls.hanging(), "closing ended the call");
    assertTrue(limited.availability().available());
  }

  @Test
  @Tag("CAS-09")
  void openingThatHangsIsGivenUp() throws Exception {
    CvdLimits quick =
        new CvdLimits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1).minus(Duration.ofMinutes(1)),
            Duration.ofSeconds(5),
            1);
    CvdDiskTransport limited = new CvdDiskTransport(installed, installed, quick);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      BackupException failure =
          assertThrows(
              BackupException.class,
              () -> limited.openForReading(endpoint(silent.getLocalPort(), 1, "error")));
      assertEquals(ErrorCode.NATIVE_CALL_FAILED, failure.code());
      assertEquals(
          "no answer for 1 s", Messages.value(failure.parameters().get("cause"), Locale.ENGLISH));
    }
  }

  @Test
  @Tag("AGT-06")
  void namesTheMissingLibraryAndWhereItWasLookedFor(@TempDir Path empty) throws IOException {
    CvdDiskTransport lacking = new CvdDiskTransport(empty, empty);
    Availability before = lacking.availability();
    assertFalse(before.available());
    assertTrue(before.detail().contains("libcvdsdk.so"), before.detail());
    assertTrue(before.detail().contains(empty.toString()), before.detail());
    BackupException failure =
        assertThrows(
            BackupException.class, () -> lacking.openForReading(endpoint(8192, 1, "error")));
    assertEquals(ErrorCode.NATIVE_LIBRARY_MISSING, failure.code());

    Files.writeString(empty.resolve("libcvdsdk.so"), "no library");
    assertFalse(lacking.availability().available());
    assertTrue(lacking.availability().detail().contains("too short"));

    StandInLibrary.installInto(empty.resolve("late"));
    CvdDiskTransport late = new CvdDiskTransport(empty.resolve("late"), empty);
    assertTrue(late.availability().available());
    assertTrue(late.availability().detail().contains("1.0"), late.availability().detail());
  }
}
