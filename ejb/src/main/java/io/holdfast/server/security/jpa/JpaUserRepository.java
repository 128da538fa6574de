package io.holdfast.server.security.jpa;

import io.holdfast.server.security.User;
import io.holdfast.server.security.UserRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@link UserRepository} by JPA. */
@ApplicationScoped
public class JpaUserRepository implements UserRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<User> byName(String name) {
    return entityManager
        .createQuery("select u from User u where u.name = :name", User.class)
        .setParameter("name", name.toLowerCase(Locale.ROOT))
        .getResultStream()
        .findFirst();
  }

  @Override
  public Optional<User> byId(String id) {
    return Optional.ofNullable(entityManager.find(User.class, id));
  }

  @Override
  public List<User> all() {
    return entityManager
        .createQuery("select u from User u order by u.name", User.class)
        .getResultList();
  }

  @Override
  public void remove(User user) {
    entityManager.remove(user);
  }

  @Override
  @Transactional
  public void add(User user) {
    entityManager.persist(user);
    entityManager.flush();
  }
}
