package io.holdfast.agent.daemon;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.platform.h3ccas.H3cCasDriver;
import io.holdfast.platform.hikcloud.HikCloudDriver;
import io.holdfast.source.cvd.CvdDiskTransport;
import io.holdfast.source.file.FileDiskTransport;
import io.holdfast.source.nbd.NbdDiskTransport;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.source.spi.DiskTransport;
import java.time.Clock;
import java.util.List;

/** The drivers and transports in this JAR, set up from the agent's settings. */
final class Installed {
  private Installed() {}

  static Connectors connectors(StateFolder state) {
    List<DiskTransport> transports =
        List.of(
            new CvdDiskTransport(state.subfolder("log")),
            new NbdDiskTransport(),
            new FileDiskTransport(),
            new RbdDiskTransport());
    H3cCasDriver cas = new H3cCasDriver(Clock.systemUTC(), scheme -> available(transports, scheme));
    HikCloudDriver hikCloud = new HikCloudDriver(Clock.systemUTC(), new RbdStorage());
    return new Connectors(List.of(cas, hikCloud), transports);
  }

  private static boolean available(List<DiskTransport> transports, String scheme) {
    return transports.stream()
        .anyMatch(
            transport -> transport.scheme().equals(scheme) && transport.availability().available());
  }
}
