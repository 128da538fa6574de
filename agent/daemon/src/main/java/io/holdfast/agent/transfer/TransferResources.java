package io.holdfast.agent.transfer;

import java.util.concurrent.Executor;

/**
 * What all sessions of a process share: memory and threads.
 *
 * @param buffers the arena of all spans in flight
 * @param lanes one thread per stream that is busy, mostly waiting; may refuse, which is answered
 *     AGENT_BUSY
 * @param encoders hash and compress for backups
 * @param decoders read packs and decode for restores; more of them than processors, for they wait
 *     for the medium
 */
public record TransferResources(
    SpanBuffers buffers, Executor lanes, TransferWorkers encoders, TransferWorkers decoders) {}
