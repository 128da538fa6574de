package io.holdfast.source.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach a Ceph cluster from this host (RES-03). Holds no secret: the key is in the keyring
 * file, which only the Ceph library reads.
 *
 * @param clientId the part after "client.", by default "admin"
 * @param configuration the cluster's {@code ceph.conf} on this host
 * @param keyring the client's keyring; empty: where the configuration says
 * @param connectTimeout how long connecting may take
 * @param operationTimeout how long one operation of a monitor or an OSD may take; longer than a
 *     restart of one, which the library bridges
 */
public record CephAccess(
    String clientId,
    Path configuration,
    Optional<Path> keyring,
    Duration connectTimeout,
    Duration operationTimeout) {
  private static final Duration CONNECT = Duration.ofSeconds(30);
  private static final Duration OPERATION = Duration.ofSeconds(90);

  /** With the usual time-outs and the keyring that the configuration names. */
  public static CephAccess of(String clientId, Path configuration) {
    return new CephAccess(clientId, configuration, Optional.empty(), CONNECT, OPERATION);
  }
}
