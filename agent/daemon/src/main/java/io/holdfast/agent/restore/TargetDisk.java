package io.holdfast.agent.restore;

import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.source.spi.DiskTarget;

/**
 * A disk that is written.
 *
 * @param link its connection
 * @param fresh reads as zero where nothing was written
 */
record TargetDisk(ReconnectingDisk<DiskTarget> link, boolean fresh) {}
