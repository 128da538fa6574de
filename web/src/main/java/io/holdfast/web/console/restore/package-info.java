/**
 * The restore wizard (RST-01): a time point, what of it, where to, how, and a captcha before it is
 * accepted (CAS-18). Nothing is changed anywhere before the last click.
 */
package io.holdfast.web.console.restore;
