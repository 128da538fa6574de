package io.holdfast.server.catalog;

/**
 * A restore point was deleted by hand, in the same transaction.
 *
 * @param platformId of its VM
 */
public record RestorePointDeleted(String platformId) {}
