package io.holdfast.source.nbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens NBD exports (CAS-10, CAS-11). Needs nothing on the host. A disk gets as many connections as
 * the endpoint asks for when the server says that several see one another's writes, else one.
 * Thread-safe.
 */
public final class NbdDiskTransport implements DiskTransport {
  /** How long a server may leave requests unanswered before the connection counts as lost. */
  public static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofMinutes(2);

  /** Further connections are a matter of speed: not worth the full connect time. */
  private static final Duration FURTHER_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final Duration stallTimeout;
  private final ScheduledThreadPoolExecutor watchdog;

  public NbdDiskTransport() {
    this(DEFAULT_STALL_TIMEOUT);
  }

  /**
   * @param stallTimeout how long requests may stay without any progress of their connection
   */
  public NbdDiskTransport(Duration stallTimeout) {
    this.stallTimeout = stallTimeout;
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "nbd-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    watchdog.setRemoveOnCancelPolicy(true);
  }

  @Override
  public String scheme() {
    return "nbd";
  }

  @Override
  public Availability availability() {
    return new Availability(true, "built in");
  }

  @Override
  public DiskSource openForReading(DiskEndpoint endpoint) {
    return open(endpoint);
  }

  @Override
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    NbdDisk disk = open(endpoint);
    if (disk.readOnly()) {
      disk.close();
      throw failures(endpoint, export(endpoint))
          .openRefused(Reason.of(ReasonCode.EXPORT_READ_ONLY), null);
    }
    return disk;
  }

  private NbdDisk open(DiskEndpoint endpoint) {
    String export = export(endpoint);
    DiskFailures failures = failures(endpoint, export);
    NbdConnection first = connect(endpoint, export, failures, endpoint.connectTimeout());
    List<NbdConnection> connections = new ArrayList<>(List.of(first));
    if (first.terms().canMultiConnect()) {
      try {
        addFurther(connections, endpoint, export, failures);
      } catch (BackupException sizesDiffer) {
        connections.forEach(NbdConnection::close);
        throw sizesDiffer;
      }
    }
    boolean keepSpace = endpoint.object() instanceof NbdExport named && named.keepsAllocation();
    return new NbdDisk(connections, failures, endpoint.bufferBytes(), keepSpace);
  }

  private void addFurther(
      List<NbdConnection> connections,
      DiskEndpoint endpoint,
      String export,
      DiskFailures failures) {
    while (connections.size() < endpoint.connections()) {
      NbdConnection next;
      try {
        next = connect(endpoint, export, failures, FURTHER_CONNECT_TIMEOUT);
      } catch (BackupException serverHasNoMore) {
        return;
      }
      long expected = connections.get(0).terms().sizeBytes();
      connections.add(next);
      if (next.terms().sizeBytes() != expected) {
        throw failures.sizeChanged(expected, next.terms().sizeBytes());
      }
    }
  }

  private NbdConnection connect(
      DiskEndpoint endpoint, String export, DiskFailures failures, Duration timeout) {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    SocketChannel channel = null;
    try {
      if (address.isUnresolved()) {
        throw failures.unreachable(endpoint.port(), Reason.of(ReasonCode.HOST_NAME_UNKNOWN), null);
      }
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.socket().connect(address, Math.toIntExact(timeout.toMillis()));
      NbdExportTerms terms = negotiate(channel, export, failures, timeout);
      return new NbdConnection(channel, terms, failures, stallTimeout, watchdog);
    } catch (IOException e) {
      close(channel);
      throw failures.unreachable(endpoint.port(), notConnected(e), e);
    } catch (BackupException e) {
      close(channel);
      throw e;
    }
  }

  private static String notConnected(IOException failure) {
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return Reason.of(ReasonCode.NO_CONNECTION);
    }
    // The alarm closes the channel of a handshake that takes too long.
    return failure instanceof SocketTimeoutException || failure instanceof ClosedChannelException
        ? Reason.of(ReasonCode.NO_ANSWER_IN_TIME)
        : NbdConnection.lost(failure);
  }

  private NbdExportTerms negotiate(
      SocketChannel channel, String export, DiskFailures failures, Duration timeout)
      throws IOException {
    Future<?> alarm =
        watchdog.schedule(() -> close(channel), timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return new NbdHandshake(channel, failures).negotiate(export);
    } finally {
      alarm.cancel(false);
    }
  }

  private static void close(SocketChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException alreadyUseless) {
        // The error that made us close it is the one to report.
      }
    }
  }

  private static String export(DiskEndpoint endpoint) {
    if (endpoint.object() instanceof NbdExport named) {
      return named.name();
    }
    throw DiskFailures.wrongObject(endpoint);
  }

  private static DiskFailures failures(DiskEndpoint endpoint, String export) {
    String disk = endpoint.host() + ":" + endpoint.port() + "/" + export;
    return new DiskFailures(disk, endpoint.host(), endpoint.port());
  }
}
