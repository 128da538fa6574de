/**
 * The pool engine's interface to the agent: sessions that write restore points, readers that give
 * them back. Knows nothing of platforms, disk sources or the agent protocol's services.
 *
 * <p>Order of truth: pack durable, then journal, then disk maps, then the manifest (written,
 * synced, renamed, folder synced). A restore point exists when its manifest does; whatever a crash
 * leaves behind is garbage of an unsealed session, never a hole in a sealed restore point.
 *
 * <p>Errors are {@link io.holdfast.error.BackupException}s with the codes 4000…4999: POOL_FULL
 * (folder, free bytes), POOL_WRITE_FAILED and POOL_READ_FAILED (file, cause), FORMAT_CORRUPT,
 * FORMAT_TOO_NEW, FORMAT_TOO_OLD (file, offset). Threads that are inside the engine must not be
 * interrupted: the JDK closes the file under an interrupted thread, and the session has to be
 * reopened.
 */
package io.holdfast.pool.store;
