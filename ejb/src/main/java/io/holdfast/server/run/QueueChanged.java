package io.holdfast.server.run;

/**
 * Fired inside a transaction that gives the dispatcher something to do; it acts after the commit.
 */
public record QueueChanged() {}
