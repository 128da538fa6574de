package io.holdfast.agent.transfer;

/**
 * What looks after VMs that a backup does something to.
 *
 * @param shutdowns VMs that were shut down and have to run again
 * @param offline VMs that are read while they are off
 * @param freezes guests that are frozen for their snapshot
 */
record BackupPrecautions(
    BackupShutdowns shutdowns, OfflineSessions offline, GuestFreezes freezes) {}
