package io.holdfast.server.captcha;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Open captchas as stored. Joins the caller's transaction. */
public interface CaptchaRepository {
  void add(StoredCaptcha captcha);

  /** Takes a captcha out of the store, so that it can be used once only. */
  Optional<StoredCaptcha> take(UUID id);

  /** Forgets captchas that expired before the moment. */
  void drop(Instant expiredBefore);
}
