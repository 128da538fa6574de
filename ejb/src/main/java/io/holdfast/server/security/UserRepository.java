package io.holdfast.server.security;

import java.util.List;
import java.util.Optional;

/** Users in the database. Changes need a transaction. */
public interface UserRepository {
  /** The user of that name (any case). */
  Optional<User> byName(String name);

  /** The user of that id; attached when a transaction is active. */
  Optional<User> byId(String id);

  /** All users by name. */
  List<User> all();

  /** Deletes a user with its roles and tokens. */
  void remove(User user);

  /** Stores a new user. */
  void add(User user);
}
