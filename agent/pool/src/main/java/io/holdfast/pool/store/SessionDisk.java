package io.holdfast.pool.store;

/**
 * A disk of a session.
 *
 * @param diskKey stable name of the disk, unique in the session, any text
 * @param sizeBytes 0 or more, need not be a multiple of anything
 */
public record SessionDisk(String diskKey, long sizeBytes) {}
