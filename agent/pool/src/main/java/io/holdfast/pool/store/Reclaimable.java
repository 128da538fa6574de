package io.holdfast.pool.store;

/**
 * What removing restore points would free, as of now.
 *
 * @param restorePoints that would go
 * @param chunks that only they need
 * @param packBytes of those chunks as stored; free after garbage collection, which may leave up to
 *     its share of sparse packs
 * @param fileBytes of their maps and manifests
 */
public record Reclaimable(long restorePoints, long chunks, long packBytes, long fileBytes) {}
