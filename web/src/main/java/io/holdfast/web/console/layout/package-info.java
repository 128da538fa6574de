/**
 * What all pages share: how errors become words on the page, response headers, the way to the
 * login. Knows the session and no feature. No page answers with a stack trace.
 */
package io.holdfast.web.console.layout;
