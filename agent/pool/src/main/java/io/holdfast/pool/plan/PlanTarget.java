package io.holdfast.pool.plan;

/**
 * What a plan is of.
 *
 * @param diskNumber in the session
 * @param diskSizeBytes of the disk
 * @param gap what bytes outside all ranges are
 */
public record PlanTarget(int diskNumber, long diskSizeBytes, Gap gap) {}
