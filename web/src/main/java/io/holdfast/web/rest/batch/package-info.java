/** Executions of the batch engine (API-01). */
package io.holdfast.web.rest.batch;
