package io.holdfast.platform.h3ccas.cvd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.ScriptedCvm;
import io.holdfast.platform.http.Waiting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-10")
class CvdSessionTest {
  private static final CvdDisk READ = new CvdDisk("1", "vda", "holdfast-1", false, 1 << 20);
  private static final CvdDisk WRITE = new CvdDisk("1", "vdb", "", true, 1 << 20);

  private static CvdAddress at(int port) {
    return new CvdAddress("127.0.0.1", port, "admin", "geheim", Duration.ofSeconds(2));
  }

  private static CvdHandles handles() {
    return new CvdHandles(ScriptedCvm.quick(), new Waiting(Clock.systemUTC()));
  }

  private static ErrorCode refusal(Function<String, String> answers) throws Exception {
    try (ScriptedCvdDs server = new ScriptedCvdDs(answers)) {
      BackupException e =
          assertThrows(
              BackupException.class, () -> CvdSession.open(at(server.port()), READ).close());
      assertFalse(e.parameters().toString().contains("geheim"));
      return e.code();
    }
  }

  @Test
  void diskIsOpenedAndClosed() throws Exception {
    try (ScriptedCvdDs server = new ScriptedCvdDs(ScriptedCvdDs::yes)) {
      CvdSession session = CvdSession.open(at(server.port()), READ);
      assertEquals(30017, session.dataPort());
      assertEquals("h1-5f2c", session.export());
      session.beat();
      assertTrue(session.alive());
      session.close();
      session.close();
      assertFalse(session.alive());
      assertEquals(1, server.count("close"));
      assertTrue(server.lines().get(0).contains("\"op\":\"hello\""));
      assertTrue(
          server
              .lines()
              .get(1)
              .contains(
                  "\"vmId\":1,\"device\":\"vda\",\"mode\":\"ro\",\"blockSize\":1048576,"
                      + "\"snapshot\":\"holdfast-1\""));
    }
  }

  @Test
  void refusalsBecomeTheProductsErrors() throws Exception {
    Map<String, ErrorCode> expected =
        Map.of(
            "AUTH", ErrorCode.PLATFORM_LOGIN_REFUSED,
            "NO_VM", ErrorCode.VM_NOT_FOUND,
            "NO_SNAPSHOT", ErrorCode.SNAPSHOT_LOST,
            "BUSY", ErrorCode.PLATFORM_BUSY,
            "WRONG_HOST", ErrorCode.DISK_OPEN_REFUSED);
    for (Map.Entry<String, ErrorCode> each : expected.entrySet()) {
      String answer = "\"ok\":false,\"code\":\"" + each.getKey() + "\",\"message\":\"不行\"";
      assertEquals(each.getValue(), refusal(request -> answer));
    }
  }

  @Test
  void oddAnswersAreRefused() throws Exception {
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, refusal(request -> null));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, refusal(request -> "garbage"));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, refusal(request -> "\"ok\":true"));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, refusal(request -> "{\"id\":99,\"ok\":true}"));
    assertEquals(
        ErrorCode.DATA_PORT_UNREACHABLE,
        refusal(request -> "\"x\":\"" + "a".repeat(70_000) + "\""));
  }

  @Test
  void closedPortIsNamed() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    BackupException e =
        assertThrows(BackupException.class, () -> CvdSession.open(at(port), READ).close());
    assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, e.code());
    assertEquals("127.0.0.1", e.parameters().get("host"));
    assertEquals(String.valueOf(port), e.parameters().get("port"));
  }

  @Test
  void sameDiskIsOpenedOnceAndAgainWhenItsConnectionBroke() throws Exception {
    try (ScriptedCvdDs server = new ScriptedCvdDs(ScriptedCvdDs::yes);
        CvdHandles handles = handles()) {
      CvdSession first = handles.open(at(server.port()), READ);
      assertSame(first, handles.open(at(server.port()), READ));
      assertNotSame(first, handles.open(at(server.port()), WRITE));
      assertEquals(2, server.count("open"));
      server.cut();
      assertNotSame(first, handles.open(at(server.port()), READ));
      assertFalse(first.alive());
    }
  }

  @Test
  void handleThatCvdDsForgotIsOpenedAgain() throws Exception {
    Function<String, String> forgets =
        request ->
            request.contains("\"info\"")
                ? "\"ok\":false,\"code\":\"NO_HANDLE\",\"message\":\"\""
                : ScriptedCvdDs.yes(request);
    try (ScriptedCvdDs server = new ScriptedCvdDs(forgets);
        CvdHandles handles = handles()) {
      CvdSession first = handles.open(at(server.port()), READ);
      assertNotSame(first, handles.open(at(server.port()), READ));
      assertEquals(2, server.count("open"));
    }
  }

  @Test
  @Tag("OPT-15")
  void busyDiskIsTriedAgain() throws Exception {
    AtomicInteger opens = new AtomicInteger();
    Function<String, String> busyTwice =
        request ->
            request.contains("\"open\"") && opens.incrementAndGet() < 3
                ? "\"ok\":false,\"code\":\"BUSY\",\"message\":\"\""
                : ScriptedCvdDs.yes(request);
    try (ScriptedCvdDs server = new ScriptedCvdDs(busyTwice);
        CvdHandles handles = handles()) {
      assertEquals(30017, handles.open(at(server.port()), READ).dataPort());
      assertEquals(3, opens.get());
    }
  }

  @Test
  void handlesEndWithTheirSnapshotTheirVmAndTheConnection() throws Exception {
    try (ScriptedCvdDs server = new ScriptedCvdDs(ScriptedCvdDs::yes)) {
      CvdHandles handles = handles();
      CvdSession read = handles.open(at(server.port()), READ);
      CvdSession write = handles.open(at(server.port()), WRITE);
      handles.closeSnapshot("1", "holdfast-1");
      assertFalse(read.alive());
      assertTrue(write.alive());
      handles.closeVm("1");
      assertFalse(write.alive());
      CvdSession again = handles.open(at(server.port()), READ);
      handles.close();
      handles.close();
      assertFalse(again.alive());
      assertEquals(3, server.count("close"));
      BackupException e =
          assertThrows(BackupException.class, () -> handles.open(at(server.port()), READ).close());
      assertEquals(ErrorCode.INTERRUPTED, e.code());
    }
  }

  @Test
  @Tag("CAS-17")
  void writeThatIsNotConfirmedIsAnError() throws Exception {
    Function<String, String> noClose =
        request -> request.contains("\"close\"") ? null : ScriptedCvdDs.yes(request);
    try (ScriptedCvdDs server = new ScriptedCvdDs(noClose);
        CvdHandles handles = handles()) {
      handles.open(at(server.port()), WRITE);
      BackupException e = assertThrows(BackupException.class, () -> handles.closeVm("1"));
      assertEquals(ErrorCode.DISK_WRITE_FAILED, e.code());
      handles.open(at(server.port()), READ);
      handles.closeVm("1");
    }
  }

  @Test
  void aHostThatDoesNotAnswerHoldsUpNoOtherHeartbeat() throws Exception {
    CountDownLatch silence = new CountDownLatch(1);
    Function<String, String> silent =
        request -> {
          if (request.contains("\"heartbeat\"")) {
            awaitQuietly(silence);
          }
          return ScriptedCvdDs.yes(request);
        };
    try (ScriptedCvdDs hung = new ScriptedCvdDs(silent);
        ScriptedCvdDs well = new ScriptedCvdDs(ScriptedCvdDs::yes);
        CvdHandles handles = handles()) {
      CvdAddress slow =
          new CvdAddress("127.0.0.1", hung.port(), "admin", "geheim", Duration.ofMinutes(1));
      handles.open(slow, READ);
      handles.open(at(well.port()), WRITE);
      handles.beat();
      handles.beat();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while ((well.count("heartbeat") < 1 || hung.count("heartbeat") < 1)
          && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertTrue(well.count("heartbeat") >= 1);
      assertEquals(1, hung.count("heartbeat"), "the second waits for no thread");
      silence.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Tag("CAS-17")
  void oneCloseThatFailsLeavesNoOtherHandleOpen() throws Exception {
    AtomicInteger closes = new AtomicInteger();
    Function<String, String> firstCloseFails =
        request ->
            request.contains("\"close\"") && closes.incrementAndGet() == 1
                ? null
                : ScriptedCvdDs.yes(request);
    try (ScriptedCvdDs server = new ScriptedCvdDs(firstCloseFails);
        CvdHandles handles = handles()) {
      CvdSession write = handles.open(at(server.port()), WRITE);
      CvdSession read = handles.open(at(server.port()), READ);
      BackupException e = assertThrows(BackupException.class, () -> handles.closeVm("1"));
      assertEquals(ErrorCode.DISK_WRITE_FAILED, e.code());
      assertFalse(write.alive());
      assertFalse(read.alive());
      assertEquals(2, server.count("close"));
    }
  }
}
