package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DataPlane;
import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PreferredNetwork;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.h3ccas.cvd.CvdAddress;
import io.holdfast.platform.h3ccas.cvd.CvdDisk;
import io.holdfast.platform.h3ccas.cvd.CvdHandles;
import io.holdfast.platform.h3ccas.cvd.CvdSession;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.CvdObject;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.source.spi.DiskEndpoint.PlatformLogin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where a disk's bytes are to be had (CAS-08, CAS-09, CAS-11): by the CVD-SDK, or by NBD after the
 * disk was opened through cvd-ds's control protocol [INF].
 */
final class CasDataPlane {
  private static final String SDK = "cvd-sdk";
  private static final String NBD = "nbd";
  private static final int SMALLEST_BUFFER = 64 << 10;
  private static final int DEFAULT_BUFFER = 1 << 20;
  private static final int LARGEST_BUFFER = 8 << 20;
  private static final int MOST_CONNECTIONS = 5;
  private static final int SHORTEST_CONNECT = 60;
  private static final int LONGEST_CONNECT = 600;
  private static final int PROBE_MILLIS = 3000;
  private static final Duration CONTROL_ANSWER = Duration.ofSeconds(30);

  private final CasHosts hosts;
  private final CvdHandles handles;
  private final PlatformLogin login;
  private final Predicate<String> transportAvailable;

  CasDataPlane(
      CasHosts hosts,
      CvdHandles handles,
      PlatformLogin login,
      Predicate<String> transportAvailable) {
    this.hosts = hosts;
    this.handles = handles;
    this.login = login;
    this.transportAvailable = transportAvailable;
  }

  /**
   * @param hostId the CVK the VM is on
   * @param hostAddress its own address, when it has no vSwitch with one
   * @param disk what to open; its block size is set here
   */
  DiskEndpoint endpoint(
      String hostId, String hostAddress, CvdDisk disk, DataPlaneOptions options, int connections) {
    CasNode host = hosts.hostIfKnown(hostId);
    String own = host.has("ip") ? host.text("ip") : hostAddress;
    String address = hosts.dataAddress(hostId, own, options.getPreferredNetwork()).address();
    int port = CasHosts.controlPort(host);
    int buffer = buffer(options.getBufferBytes());
    int streams = Math.max(1, Math.min(connections, MOST_CONNECTIONS));
    Duration connect = connectTimeout(options.getConnectTimeoutSeconds());
    String logLevel = options.getSdkLogLevel().isEmpty() ? "message" : options.getSdkLogLevel();
    if (scheme(options.getDataPlane()).equals(SDK)) {
      CvdObject object = new CvdObject(disk.vmId(), disk.device(), disk.snapshot(), "", login);
      return new DiskEndpoint(SDK, address, port, object, buffer, streams, connect, logLevel);
    }
    CvdAddress control =
        new CvdAddress(address, port, login.user(), login.password(), CONTROL_ANSWER);
    CvdDisk asked =
        new CvdDisk(disk.vmId(), disk.device(), disk.snapshot(), disk.writable(), buffer);
    CvdSession open = handles.open(control, asked);
    return new DiskEndpoint(
        NBD,
        address,
        open.dataPort(),
        new NbdExport(open.export()),
        buffer,
        streams,
        connect,
        logLevel);
  }

  /** CAS-08, CAS-09: the way that will be taken, as notices. */
  List<Notice> choice(VmDescription vm, DataPlaneOptions options) {
    PreferredNetwork wanted = options.getPreferredNetwork();
    CasHosts.DataAddress chosen = hosts.dataAddress(vm.getHostId(), vm.getHostAddress(), wanted);
    List<Notice> result = new ArrayList<>();
    result.add(
        Notices.info(
            NoticeCode.DATA_PLANE_CHOSEN,
            "plane",
            scheme(options.getDataPlane()),
            "host",
            chosen.address()));
    if (chosen.fallback()) {
      result.add(
          Notices.warning(
              NoticeCode.NETWORK_FALLBACK,
              "host",
              vm.getHostName(),
              "type",
              wanted.name(),
              "used",
              chosen.used()));
    }
    return result;
  }

  /** CAS-10: cvd-ds answers at its port, or DATA_PORT_UNREACHABLE names it. */
  void requireReachable(VmDescription vm, DataPlaneOptions options) {
    CasNode host = hosts.hostIfKnown(vm.getHostId());
    String address =
        hosts
            .dataAddress(vm.getHostId(), vm.getHostAddress(), options.getPreferredNetwork())
            .address();
    int port = CasHosts.controlPort(host);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PROBE_MILLIS);
    } catch (IOException unreachable) {
      throw BackupException.causedBy(
          unreachable,
          ErrorCode.DATA_PORT_UNREACHABLE,
          "host",
          address,
          "port",
          port,
          "cause",
          Reason.of(unreachable));
    }
  }

  private String scheme(DataPlane wanted) {
    return switch (wanted) {
      case DATA_PLANE_SDK -> SDK;
      case DATA_PLANE_NBD -> NBD;
      default -> transportAvailable.test(SDK) ? SDK : NBD;
    };
  }

  private static int buffer(int wanted) {
    return wanted == 0
        ? DEFAULT_BUFFER
        : Math.max(SMALLEST_BUFFER, Math.min(wanted, LARGEST_BUFFER));
  }

  private static Duration connectTimeout(int seconds) {
    return Duration.ofSeconds(
        seconds == 0
            ? LONGEST_CONNECT
            : Math.max(SHORTEST_CONNECT, Math.min(seconds, LONGEST_CONNECT)));
  }
}
