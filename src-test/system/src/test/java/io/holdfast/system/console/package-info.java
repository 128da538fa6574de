/**
 * The console in a real browser: Chromium, driven by Playwright, on the shared bed. Tests find
 * things by the ids of {@code web/doc/console-ids.md} and never by a text, so that every way works
 * in every language; what a page says is judged by {@link io.holdfast.system.console.Wording}.
 */
package io.holdfast.system.console;
