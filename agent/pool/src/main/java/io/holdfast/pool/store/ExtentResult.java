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
 * @param replayed answered from the journal
 */
public record ExtentResult(
    long ordinal,
    long readBytes,
    long zeroBytes,
    long storedBytes,
    int chunks,
    int newChunks,
    boolean replayed) {}
