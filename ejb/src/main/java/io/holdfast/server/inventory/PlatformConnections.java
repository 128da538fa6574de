package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.security.SecretVault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * How the server's own work (runs, inventories) reaches a platform. No permission is asked here:
 * the caller has asked for the operation it serves. Thread-safe.
 */
@ApplicationScoped
public class PlatformConnections {
  @Inject PlatformRepository platforms;
  @Inject SecretVault vault;
  @Inject @Any Instance<PlatformAccessPart> parts;

  /** The platform's row, if it is there. */
  public Optional<Platform> find(PlatformId id) {
    return platforms.byId(id);
  }

  /** The platform's row; NOT_FOUND. */
  public Platform platform(PlatformId id) {
    return platforms
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "platform", "id", id));
  }

  /** As {@link #access(PlatformId, AgentId)}, for the platform's own backup host. */
  public PlatformAccess access(PlatformId id) {
    return access(id, backupHost(id));
  }

  /**
   * Address, user, password and what else the kind needs, for an agent; for one call, never to be
   * stored or logged. NOT_FOUND, SECRET_UNREADABLE.
   */
  public PlatformAccess access(PlatformId id, AgentId agent) {
    Platform platform = platform(id);
    PlatformAccess.Builder access =
        PlatformAccess.newBuilder()
            .setPlatformId(platform.id().value())
            .setKind(platform.kind().wireName())
            .setAddress(platform.address())
            .setPort(platform.port())
            .setTls(platform.tls())
            .setUser(platform.userName())
            .setPassword(
                vault.open(platform.id().value(), platform.name(), platform.sealedPassword()));
    parts.forEach(part -> part.addTo(access, id, agent));
    return access.build();
  }

  /** The agent through which the platform is reached; NOT_FOUND. */
  public AgentId backupHost(PlatformId id) {
    return platform(id).backupHost();
  }
}
