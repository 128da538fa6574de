package io.holdfast.server.captcha;

import java.util.UUID;

/**
 * What a person typed under a captcha.
 *
 * @param captchaId the captcha that was shown
 * @param characters what was typed; case does not matter
 */
public record CaptchaAnswer(UUID captchaId, String characters) {}
