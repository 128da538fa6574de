package io.holdfast.pool.store;

/**
 * A pool's state as of now.
 *
 * @param formatVersion of the pool descriptor
 * @param capacityBytes of the file system
 * @param freeBytes that this process may still write
 * @param storedBytes in packs, maps and manifests, unsealed sessions included
 * @param restorePoints sealed ones
 * @param openSessions unsealed ones
 */
public record PoolUsage(
    int formatVersion,
    long capacityBytes,
    long freeBytes,
    long storedBytes,
    long restorePoints,
    long openSessions) {}
