/**
 * The captcha of a page: its picture, its characters for those who cannot see it, and what was
 * typed. Knows nothing of what it guards.
 */
package io.holdfast.web.console.captcha;
