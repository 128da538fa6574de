/** Tokens and passwords. */
package io.holdfast.web.rest.session;
