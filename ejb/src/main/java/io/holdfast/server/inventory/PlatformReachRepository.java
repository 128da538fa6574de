package io.holdfast.server.inventory;

import java.util.Optional;

/** How platforms answered last, in the database (RES-06). Changes need a transaction. */
public interface PlatformReachRepository {
  /** What is kept of a platform; empty: it was not asked, or not since its settings changed. */
  Optional<PlatformReach> find(PlatformId id);

  /** Keeps what was found, in place of what was found before. */
  void save(PlatformId id, PlatformReach reach);

  /** Forgets a platform. */
  void remove(PlatformId id);
}
