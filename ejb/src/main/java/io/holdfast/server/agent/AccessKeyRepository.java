package io.holdfast.server.agent;

import java.util.List;
import java.util.Optional;

/** Access keys in the database. Changes need a transaction. */
public interface AccessKeyRepository {
  /** The key; attached when a transaction is active. */
  Optional<AccessKey> byId(String id);

  /** All keys, newest first. */
  List<AccessKey> all();

  /** Stores a new key. */
  void add(AccessKey key);
}
