/**
 * REST under {@code /api/v1} (API-01): everything the console does, as JSON. Resources translate
 * between requests and the services of the ejb module and decide nothing. Errors are problem
 * documents (RFC 9457).
 */
package io.holdfast.web.rest;
