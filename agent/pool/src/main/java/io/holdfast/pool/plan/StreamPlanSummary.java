package io.holdfast.pool.plan;

/**
 * What a stored plan says of one stream.
 *
 * @param stream 0-based within the disk
 * @param extentCount planned extents, ordinals 0…extentCount-1
 * @param readBytes bytes to read from the source
 * @param digest SHA-256 over the stream's planned extents as stored, hex: two equal digests are the
 *     same plan
 */
public record StreamPlanSummary(int stream, long extentCount, long readBytes, String digest) {}
