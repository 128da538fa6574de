package io.holdfast.server.captcha;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes captchas and checks their answers: one use each, for five minutes (CAS-18). Thread-safe.
 */
@ApplicationScoped
public class CaptchaService {
  /** How long a captcha can be answered. */
  public static final Duration LIFE = Duration.ofMinutes(5);

  private static final int LENGTH = 4;

  private final SecureRandom random = new SecureRandom();

  @Inject private CaptchaRepository captchas;
  @Inject private Clock clock;

  /** Makes a new captcha. */
  @Transactional
  public Captcha issue() {
    Instant now = clock.instant();
    captchas.drop(now);
    StringBuilder characters = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      characters.append(
          CaptchaPicture.ALPHABET.charAt(random.nextInt(CaptchaPicture.ALPHABET.length())));
    }
    UUID id = UUID.randomUUID();
    captchas.add(new StoredCaptcha(id, characters.toString(), now.plus(LIFE)));
    return new Captcha(
        id, characters.toString(), CaptchaPicture.svg(characters.toString(), random));
  }

  /**
   * Checks an answer. The captcha is used up by it, right or wrong, also when the caller's
   * transaction rolls back.
   *
   * @throws BackupException CAPTCHA_WRONG when it is wrong, expired, used or absent
   */
  @Transactional(value = Transactional.TxType.REQUIRES_NEW, dontRollbackOn = BackupException.class)
  public void check(CaptchaAnswer answer) {
    boolean right =
        Optional.ofNullable(answer)
            .filter(given -> given.captchaId() != null)
            .flatMap(given -> captchas.take(given.captchaId()))
            .filter(captcha -> captcha.accepts(answer.characters(), clock.instant()))
            .isPresent();
    if (!right) {
      throw BackupException.of(ErrorCode.CAPTCHA_WRONG);
    }
  }
}
