package io.holdfast.source.nbd;

import static io.holdfast.source.nbd.NbdDiskTest.endpoint;
import static io.holdfast.toolkit.DiskSourceContract.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.Fault;
import io.holdfast.toolkit.FaultProxy;
import io.holdfast.toolkit.QemuNbd;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the NBD client does when replies are cut, late, short or wrong. */
class NbdFaultTest {
  private static final int SIZE_BYTES = 4 << 20;

  /** Beyond the handshake and inside the replies to the reads. */
  private static final long IN_THE_DATA = 1_000_000;

  private final DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
  private QemuNbd server;
  private FaultProxy proxy;

  @BeforeEach
  void start(@TempDir Path folder) {
    Path raw = folder.resolve("disk.raw");
    pattern.writeTo(raw);
    server = QemuNbd.writable(raw, "raw", "vda");
    proxy = new FaultProxy(server.address());
  }

  @AfterEach
  void end() {
    proxy.close();
    server.close();
  }

  private DiskSource open(Duration stall, int connections) {
    return new NbdDiskTransport(stall)
        .openForReading(endpoint(proxy.port(), "vda", 256 << 10, connections));
  }

  private static List<CompletableFuture<Void>> readAll(DiskSource source) {
    List<CompletableFuture<Void>> reads = new ArrayList<>();
    for (int at = 0; at < SIZE_BYTES; at += 256 << 10) {
      reads.add(source.read(at, ByteBuffer.allocateDirect(256 << 10)));
    }
    return reads;
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT", "TRUNCATE"})
  @Tag("CAS-10")
  void aLostConnectionFailsEverythingInFlightAsTransient(Fault.Kind kind) {
    proxy.with(new Fault(kind, IN_THE_DATA, 1, Duration.ZERO));
    try (DiskSource source = open(Duration.ofMinutes(1), 1)) {
      List<CompletableFuture<Void>> reads = readAll(source);
      List<BackupException> failures = failuresOf(reads);
      assertTrue(failures.size() >= 12, failures.size() + " of 16 failed, 3 can have ended before");
      for (BackupException failure : failures) {
        assertEquals(ErrorCode.DISK_READ_FAILED, failure.code());
        assertEquals(ErrorKind.TRANSIENT, failure.kind());
      }
      assertEquals(
          ErrorKind.TRANSIENT, failureOf(source.read(0, ByteBuffer.allocateDirect(1))).kind());
    }
  }

  @Test
  @Tag("CAS-10")
  void theServersDeathFailsEverythingInFlight() {
    try (DiskSource source = open(Duration.ofMinutes(1), 3)) {
      proxy.with(Fault.hang().at(IN_THE_DATA / 4));
      List<CompletableFuture<Void>> reads = readAll(source);
      proxy.close();
      List<BackupException> failures = failuresOf(reads);
      assertTrue(failures.size() >= 8, failures.size() + " of 16 failed");
      for (BackupException failure : failures) {
        assertEquals(ErrorKind.TRANSIENT, failure.kind());
      }
    }
  }

  @Test
  @Tag("CAS-10")
  void aServerThatFallsSilentCountsAsLost() {
    proxy.with(Fault.hang().at(IN_THE_DATA));
    try (DiskSource source = open(Duration.ofMillis(300), 1)) {
      List<CompletableFuture<Void>> reads = readAll(source);
      BackupException failure = failuresOf(reads).get(0);
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
      assertTrue(failure.getMessage().contains("no answer"), failure.getMessage());
    }
  }

  @Test
  @Tag("CAS-09")
  void aLateReplyIsStillAReply() throws Exception {
    proxy.with(Fault.delay(Duration.ofMillis(200)).at(IN_THE_DATA));
    try (DiskSource source = open(Duration.ofMinutes(1), 1)) {
      byte[] got = new byte[SIZE_BYTES];
      source.read(0, ByteBuffer.wrap(got)).get(30, TimeUnit.SECONDS);
      assertArrayEquals(pattern.bytes(0, SIZE_BYTES), got);
    }
  }

  @Test
  @Tag("CAS-09")
  void aReplyThatIsNoneIsNamedAndNothingOfItIsData() throws IOException {
    try (ServerSocket listener =
            ScriptedNbdServer.answeringReadsWith(
                request -> ByteBuffer.allocate(16 + 4096).putInt(0x12345678).position(0));
        DiskSource source =
            new NbdDiskTransport()
                .openForReading(endpoint(listener.getLocalPort(), "vda", 256 << 10, 1))) {
      BackupException failure = failureOf(source.read(0, ByteBuffer.allocateDirect(4096)));
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
      assertTrue(
          failure.getMessage().contains("does not follow the NBD protocol"), failure.getMessage());
    }
  }

  @Test
  @Tag("CAS-09")
  void errnoOfTheServerIsKeptAndTheConnectionGoesOn() throws Exception {
    try (ServerSocket listener =
            ScriptedNbdServer.answeringReadsWith(
                request -> {
                  ByteBuffer reply = ByteBuffer.allocate(16 + 512).putInt(0x67446698);
                  boolean bad = request.offset() == 512;
                  reply.putInt(bad ? 5 : 0).putLong(request.cookie());
                  return bad ? reply.flip() : reply.position(16 + 512).flip();
                });
        DiskSource source =
            new NbdDiskTransport()
                .openForReading(endpoint(listener.getLocalPort(), "vda", 64 << 10, 1))) {
      BackupException failure = failureOf(source.read(512, ByteBuffer.allocateDirect(512)));
      assertEquals(ErrorCode.DISK_MEDIUM_READ_ERROR, failure.code());
      assertTrue(failure.getMessage().contains("EIO (5)"), failure.getMessage());
      source.read(0, ByteBuffer.allocateDirect(512)).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("CAS-10")
  void namesHostAndPortThatDoNotAnswer() {
    int port = QemuNbd.freePort();
    BackupException failure =
        assertThrows(
            BackupException.class,
            () -> new NbdDiskTransport().openForReading(endpoint(port, "vda", 1 << 20, 1)));
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, failure.code());
    assertEquals(String.valueOf(port), failure.parameters().get("port"));
    assertEquals("127.0.0.1", failure.parameters().get("host"));
  }

  @Test
  @Tag("CAS-09")
  void repeatsTheServersWordsWhenItRefusesTheExport() {
    BackupException failure =
        assertThrows(
            BackupException.class,
            () -> new NbdDiskTransport().openForReading(endpoint(server.port(), "vdz", 65536, 1)));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, failure.code());
    assertTrue(failure.getMessage().contains("vdz"), failure.getMessage());
  }

  @Test
  @Tag("CAS-11")
  void opensAsManyConnectionsAsAskedWhenTheServerSharesThem() throws Exception {
    try (DiskSource source = open(Duration.ofMinutes(1), 4)) {
      for (CompletableFuture<Void> read : readAll(source)) {
        read.get(30, TimeUnit.SECONDS);
      }
      assertEquals(4, proxy.connections());
    }
  }

  @Test
  @Tag("RST-06")
  void aLostConnectionFailsWritesToo() {
    proxy.with(Fault.cut().at(600));
    try (DiskTarget target =
        new NbdDiskTransport().openForWriting(endpoint(proxy.port(), "vda", 64 << 10, 1))) {
      byte[] bytes = new byte[64 << 10];
      Arrays.fill(bytes, (byte) 7);
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (int at = 0; at < SIZE_BYTES; at += bytes.length) {
        writes.add(target.write(at, ByteBuffer.wrap(bytes)));
      }
      BackupException failure = failuresOf(writes).get(0);
      assertEquals(ErrorCode.DISK_WRITE_FAILED, failure.code());
      assertEquals(ErrorKind.TRANSIENT, failure.kind());
      assertEquals(ErrorKind.TRANSIENT, failureOf(target.flush()).kind());
    }
  }

  @Test
  @Tag("RST-06")
  void refusesToWriteAReadOnlyExport(@TempDir Path folder) {
    Path raw = folder.resolve("read-only.raw");
    pattern.writeTo(raw);
    try (QemuNbd readOnly = QemuNbd.readOnly(raw, "raw", "vda")) {
      BackupException failure =
          assertThrows(
              BackupException.class,
              () ->
                  new NbdDiskTransport()
                      .openForWriting(endpoint(readOnly.port(), "vda", 65536, 1)));
      assertEquals(ErrorCode.DISK_OPEN_REFUSED, failure.code());
    }
  }

  /** Waits for all and gives the errors of those that failed: servers answer in any order. */
  private static List<BackupException> failuresOf(List<CompletableFuture<Void>> all) {
    all.forEach(one -> one.handle((done, error) -> null).join());
    return all.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .map(DiskSourceContract::failureOf)
        .toList();
  }
}
