package io.holdfast.server.inventory;

import java.util.List;
import java.util.Optional;

/** Platforms in the database. Changes need a transaction. */
public interface PlatformRepository {
  /** The platform; attached when a transaction is active. */
  Optional<Platform> byId(PlatformId id);

  /** The platform of that name. */
  Optional<Platform> byName(String name);

  /** All platforms by name. */
  List<Platform> all();

  /** Stores a new platform. */
  void add(Platform platform);

  /** Removes a platform. */
  void remove(Platform platform);
}
