package io.holdfast.server.captcha;

import java.util.UUID;

/**
 * Asked before a restore is accepted (CAS-18). It guards against a click in the wrong place, not
 * against programs: the console shows the picture only, REST hands the characters to its client,
 * who sends them back.
 *
 * @param id names it in the answer
 * @param characters what must be answered
 * @param svg a picture of the characters
 */
public record Captcha(UUID id, String characters, String svg) {}
