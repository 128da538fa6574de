package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.server.agent.AgentGateway;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inventories asked for last, by platform, in memory: after a restart the platform is asked
 * again. One question at a time and platform; those who wait share its answer. Thread-safe.
 */
@ApplicationScoped
class InventoryCache {
  /** How long the console browses the same answer. */
  static final Duration FRESH = Duration.ofMinutes(5);

  @Inject PlatformConnections connections;
  @Inject AgentGateway gateway;
  @Inject Clock clock;

  private final Map<PlatformId, Inventory> known = new ConcurrentHashMap<>();
  private final Map<PlatformId, Object> locks = new ConcurrentHashMap<>();

  /** A fresh enough inventory, asked for when there is none. */
  Inventory get(PlatformId id) {
    return notOlderThan(id, clock.instant().minus(FRESH));
  }

  /** An inventory asked for now. */
  Inventory refresh(PlatformId id) {
    return notOlderThan(id, clock.instant());
  }

  void forget(PlatformId id) {
    known.remove(id);
  }

  private Inventory notOlderThan(PlatformId id, Instant oldest) {
    Optional<Inventory> present = knownSince(id, oldest);
    if (present.isPresent()) {
      return present.get();
    }
    synchronized (locks.computeIfAbsent(id, unused -> new Object())) {
      return knownSince(id, oldest)
          .orElseGet(
              () -> {
                Inventory asked = ask(id);
                known.put(id, asked);
                return asked;
              });
    }
  }

  private Optional<Inventory> knownSince(PlatformId id, Instant oldest) {
    return Optional.ofNullable(known.get(id)).filter(i -> !i.fetchedAt().isBefore(oldest));
  }

  private Inventory ask(PlatformId id) {
    // The time before asking: what changes meanwhile counts as newer.
    Instant asked = clock.instant();
    List<InventoryNode> nodes =
        gateway
            .platformQueries(connections.backupHost(id))
            .listInventory(
                InventoryRequest.newBuilder().setPlatform(connections.access(id)).build());
    return new Inventory(asked, nodes.stream().flatMap(n -> entry(n).stream()).toList());
  }

  /** Nothing for a kind of a newer agent that this server does not know. */
  private static Optional<InventoryEntry> entry(InventoryNode node) {
    return kind(node.getKind())
        .map(
            kind ->
                new InventoryEntry(
                    kind,
                    node.getId(),
                    node.getParentId(),
                    node.getName(),
                    node.getTitle().isEmpty() ? node.getName() : node.getTitle(),
                    node.getAddress(),
                    node.getState(),
                    node.getPlatformObjectId(),
                    node.getDiskBytes()));
  }

  private static Optional<InventoryKind> kind(InventoryNode.Kind kind) {
    return switch (kind) {
      case HOST_POOL -> Optional.of(InventoryKind.HOST_POOL);
      case CLUSTER -> Optional.of(InventoryKind.CLUSTER);
      case HOST -> Optional.of(InventoryKind.HOST);
      case VM -> Optional.of(InventoryKind.VM);
      case KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
