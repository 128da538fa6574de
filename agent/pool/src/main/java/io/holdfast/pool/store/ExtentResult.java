package io.holdfast.pool.store;

/**
 * What became of an extent.
 *
 * @param ordinal which one
 * @param readBytes planned to be read from the source
 * @param zeroBytes in zero chunks
 * @param storedBytes written into the pack, record headers included
 * @param chunks in the span
 * @param newChunks written into the pack
 * @param newBytes plain bytes of those
 * @param knownChunks that the pool had already (POOL-02); those as in the base are not counted
 * @param knownBytes plain bytes of those
 * @param replayed answered from the journal
 */
public record ExtentResult(
    long ordinal,
    long readBytes,
    long zeroBytes,
    long storedBytes,
    int chunks,
    int newChunks,
    long newBytes,
    int knownChunks,
    long knownBytes,
    boolean replayed) {}
