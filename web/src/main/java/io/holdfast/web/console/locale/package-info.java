/**
 * Language, words and units of the console: the reader's language and time zone, texts of the
 * bundles, human forms of sizes, speeds and times. Knows no page. Every text a page shows comes
 * from here or from a {@link io.holdfast.error.BackupException}.
 */
package io.holdfast.web.console.locale;
