package io.holdfast.pool.store;

/**
 * The index of a dedup pool open for writing.
 *
 * @param usable false: chunks are stored without a look until the pool is opened again
 * @param complete whether all packs are entered
 * @param packs in the pool now
 * @param entries about so many chunks are in it
 */
public record IndexFacts(boolean usable, boolean complete, long packs, long entries) {}
