/**
 * Captchas: characters that a person types before something that destroys or hides is accepted
 * (CAS-18, CAS-03). Knows nothing of what they guard. A captcha is used up by its answer, right or
 * wrong.
 */
package io.holdfast.server.captcha;
