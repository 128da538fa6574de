package io.holdfast.server.captcha.jpa;

import io.holdfast.server.captcha.CaptchaRepository;
import io.holdfast.server.captcha.StoredCaptcha;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Captchas by JPA. Stateless; the entity manager is the transaction's. */
@ApplicationScoped
public class JpaCaptchaRepository implements CaptchaRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(StoredCaptcha captcha) {
    entities.persist(captcha);
  }

  @Override
  public Optional<StoredCaptcha> take(UUID id) {
    Optional<StoredCaptcha> captcha =
        Optional.ofNullable(
            entities.find(StoredCaptcha.class, id.toString(), LockModeType.PESSIMISTIC_WRITE));
    captcha.ifPresent(entities::remove);
    return captcha;
  }

  @Override
  public void drop(Instant expiredBefore) {
    entities
        .createQuery("delete from StoredCaptcha c where c.expiresMillis < :now")
        .setParameter("now", expiredBefore.toEpochMilli())
        .executeUpdate();
  }
}
