package io.holdfast.server.security.jpa;

import io.holdfast.server.security.AccessToken;
import io.holdfast.server.security.TokenRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Optional;

/** {@link TokenRepository} by JPA. */
@ApplicationScoped
public class JpaTokenRepository implements TokenRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<AccessToken> byHash(String hash) {
    return entityManager
        .createQuery("select t from AccessToken t where t.tokenHash = :hash", AccessToken.class)
        .setParameter("hash", hash)
        .getResultStream()
        .findFirst();
  }

  @Override
  public void add(AccessToken token, Instant now) {
    entityManager
        .createQuery("delete from AccessToken t where t.expiresAt < :now")
        .setParameter("now", now)
        .executeUpdate();
    entityManager.persist(token);
  }

  @Override
  public void revokeAllOf(String userId, Instant at) {
    entityManager
        .createQuery(
            "update AccessToken t set t.revokedAt = :at"
                + " where t.userId = :user and t.revokedAt is null")
        .setParameter("at", at)
        .setParameter("user", userId)
        .executeUpdate();
  }
}
