package io.holdfast.pool.journal;

/**
 * A pack as a journal knows it.
 *
 * @param sequence of the pack in its stream
 * @param epoch in its header
 * @param endBytes first byte behind the last journaled record
 */
public record JournaledPack(int sequence, long epoch, long endBytes) {}
