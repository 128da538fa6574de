/** Errors as problem documents (RFC 9457), in the reader's language. */
package io.holdfast.web.rest.problem;
