package io.holdfast.platform.h3ccas.cvd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One control connection with one open disk. cvd-ds closes the handle when the connection ends, and
 * ends it after 60 s of silence: {@link #beat()} must be called more often. Thread-safe.
 */
public final class CvdSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CvdSession.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int VERSION = 1;
  private static final int FLUSH_MILLIS = 600_000;
  private static final Map<String, ErrorCode> MEANINGS =
      Map.of(
          "AUTH", ErrorCode.PLATFORM_LOGIN_REFUSED,
          "NO_VM", ErrorCode.VM_NOT_FOUND,
          "NO_SNAPSHOT", ErrorCode.SNAPSHOT_LOST,
          "BUSY", ErrorCode.PLATFORM_BUSY,
          "NO_PORT", ErrorCode.PLATFORM_BUSY);

  private final CvdAddress address;
  private final CvdDisk disk;
  private final Socket socket;
  private final InputStream in;
  private long lastId;
  private boolean open = true;
  private String handle = "";
  private int dataPort;
  private String export = "";

  private CvdSession(CvdAddress address, CvdDisk disk, Socket socket) throws IOException {
    this.address = address;
    this.disk = disk;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects, logs in, opens the disk.
   *
   * @throws BackupException DATA_PORT_UNREACHABLE naming host and port; PLATFORM_LOGIN_REFUSED,
   *     VM_NOT_FOUND, SNAPSHOT_LOST, PLATFORM_BUSY (open elsewhere, no free data port);
   *     DISK_OPEN_REFUSED with cvd-ds's words for all else
   */
  public static CvdSession open(CvdAddress address, CvdDisk disk) {
    CvdSession session = connected(address, disk);
    try {
      session.hello();
      session.openDisk();
      return session;
    } catch (BackupException e) {
      session.abort();
      throw e;
    }
  }

  private static CvdSession connected(CvdAddress address, CvdDisk disk) {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis(address.timeout()));
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), millis(address.timeout()));
      return new CvdSession(address, disk, socket);
    } catch (IOException e) {
      closeQuietly(socket);
      throw unreachable(address, e);
    }
  }

  private static int millis(Duration duration) {
    return (int) Math.min(duration.toMillis(), Integer.MAX_VALUE);
  }

  private static BackupException unreachable(CvdAddress address, IOException cause) {
    return BackupException.causedBy(
        cause,
        ErrorCode.DATA_PORT_UNREACHABLE,
        "host",
        address.host(),
        "port",
        address.port(),
        "cause",
        Reason.of(cause));
  }

  private void hello() {
    ask(
        "hello",
        request -> {
          request.put("client", "holdfast");
          request.put("version", VERSION);
          request.put("user", address.user());
          request.put("password", address.password());
        });
  }

  private void openDisk() {
    JsonNode answer =
        ask(
            "open",
            request -> {
              if (disk.vmId().matches("\\d{1,18}")) {
                request.put("vmId", Long.parseLong(disk.vmId()));
              } else {
                request.put("vmId", disk.vmId());
              }
              request.put("device", disk.device());
              request.put("mode", disk.writable() ? "rw" : "ro");
              request.put("blockSize", disk.blockBytes());
              if (!disk.snapshot().isEmpty()) {
                request.put("snapshot", disk.snapshot());
              }
            });
    handle = answer.path("handle").asText();
    dataPort = answer.path("dataPort").asInt();
    export = answer.path("export").asText();
    if (handle.isEmpty() || dataPort <= 0 || dataPort > 65535) {
      throw refused("open", "", "no handle or data port in the answer: " + answer);
    }
  }

  /** NBD port of the open disk, on the host of the control connection. */
  public int dataPort() {
    return dataPort;
  }

  /** NBD export name of the open disk. */
  public String export() {
    return export;
  }

  public CvdDisk disk() {
    return disk;
  }

  public String host() {
    return address.host();
  }

  /** Whether the connection is believed to live. */
  public synchronized boolean alive() {
    return open;
  }

  /**
   * Keeps the handle; a connection that is gone turns {@link #alive()} false and throws nothing.
   */
  public void beat() {
    check("heartbeat", request -> {});
  }

  /** Whether cvd-ds still knows the handle; if not, the connection is ended. */
  public boolean verified() {
    check("info", request -> request.put("handle", handle));
    return alive();
  }

  private void check(String operation, Consumer<ObjectNode> request) {
    if (alive()) {
      try {
        ask(operation, request);
      } catch (BackupException e) {
        LOG.warn("cvd-ds {}:{}: {}", address.host(), address.port(), e.getMessage());
        abort();
      }
    }
  }

  /**
   * Closes the handle and the connection. For a writable disk all data is on the disk when it
   * returns.
   *
   * @throws BackupException DISK_WRITE_FAILED when a writable disk's close is not confirmed
   */
  @Override
  public void close() {
    if (!alive()) {
      return;
    }
    try {
      socket.setSoTimeout(FLUSH_MILLIS);
      ask("close", request -> request.put("handle", handle));
    } catch (BackupException | SocketException e) {
      if (disk.writable()) {
        throw BackupException.causedBy(
            e,
            ErrorCode.DISK_WRITE_FAILED,
            "disk",
            disk.device(),
            "offset",
            0,
            "length",
            0,
            "cause",
            Reason.of(e));
      }
      LOG.info("Closing {} of VM {}: {}", disk.device(), disk.vmId(), e.getMessage());
    } finally {
      abort();
    }
  }

  private synchronized void abort() {
    open = false;
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("Closing a control connection: {}", e.getMessage());
    }
  }

  private synchronized JsonNode ask(String operation, Consumer<ObjectNode> request) {
    long id = ++lastId;
    ObjectNode line = JSON.createObjectNode().put("id", id).put("op", operation);
    request.accept(line);
    try {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      JsonNode answer = JSON.readTree(readLine());
      if (answer.path("id").asLong(-1) != id) {
        throw refused(operation, "", "an answer to another request: " + answer);
      }
      if (!answer.path("ok").asBoolean(false)) {
        throw refused(operation, answer.path("code").asText(), answer.path("message").asText());
      }
      return answer;
    } catch (JsonProcessingException e) {
      abort();
      throw refused(operation, "", "an answer that is not JSON");
    } catch (IOException e) {
      abort();
      throw unreachable(address, e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the control connection was closed");
      }
      if (line.size() >= LONGEST_LINE) {
        throw new IOException("an answer longer than " + LONGEST_LINE + " bytes");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private BackupException refused(String operation, String code, String message) {
    return BackupException.of(
        MEANINGS.getOrDefault(code, ErrorCode.DISK_OPEN_REFUSED),
        "host",
        address.host(),
        "address",
        address.host() + ":" + address.port(),
        "port",
        address.port(),
        "user",
        address.user(),
        "vm",
        disk.vmId(),
        "disk",
        disk.device(),
        "snapshot",
        disk.snapshot(),
        "operation",
        operation,
        "attempts",
        1,
        "cause",
        message.isBlank()
            ? Reason.words(code)
            : Reason.of(ReasonCode.PLATFORM_WORDS, "words", message, "number", code));
  }
}
