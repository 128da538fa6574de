/**
 * Storage pools as the server knows them: where they are and who owns them. What lies in them is
 * told by their agent; the pool describes itself and survives the loss of these rows.
 */
package io.holdfast.server.pool;
