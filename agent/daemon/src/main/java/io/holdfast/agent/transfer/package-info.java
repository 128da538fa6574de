/**
 * Backup sessions: what type a backup can be, what of each disk has to be read, and the pipeline
 * from the snapshot's disks into the pool. The only place that joins platform, disk source and pool
 * for a backup. Everything that must outlive the process lies in the pool session; what is held
 * here can be opened again from it.
 *
 * <p>Memory is bounded: all spans in flight share one arena ({@link
 * io.holdfast.agent.transfer.SpanBuffers}); what costs processor time is done by a few workers for
 * all streams ({@link io.holdfast.agent.transfer.TransferWorkers}).
 */
package io.holdfast.agent.transfer;
