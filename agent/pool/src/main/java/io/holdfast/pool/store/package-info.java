/**
 * The pool engine's interface to the agent: sessions that write restore points, readers that give
 * them back. Knows nothing of platforms, disk sources or the agent protocol's services.
 *
 * <p>Order of truth: pack durable, then journal, then disk maps, then the manifest (written,
 * synced, renamed, folder synced). A restore point exists when its manifest does; whatever a crash
 * leaves behind is garbage of an unsealed session, never a hole in a sealed restore point.
 *
 * <p>Why each pair of operations is safe side by side:
 *
 * <table>
 *   <caption>operation × operation</caption>
 *   <tr><th></th><th>another session</th><th>restore, verify</th><th>seal of the same session</th></tr>
 *   <tr><td>write, sync</td><td>own folder, own packs</td><td>readers see sealed files only</td>
 *     <td>a writer's lock; a finished pack takes no more records</td></tr>
 *   <tr><td>seal</td><td>pack ids hold the session's id; no file is shared</td>
 *     <td>packs and maps are in place, durably, before the manifest</td><td>the session's lock</td></tr>
 *   <tr><td>abandon</td><td>deletes only what its own session wrote</td>
 *     <td>nothing sealed is deleted: the manifest is looked for first</td>
 *     <td>waits for the seal, then finds the manifest and leaves all</td></tr>
 *   <tr><td>prune</td><td>refused for its base and previous restore point</td>
 *     <td>refused while this process reads it; verification forgets what is gone</td>
 *     <td>the pool's session lock; what is left of its own session's folder goes first</td></tr>
 *   <tr><td>garbage collection</td><td>condemned packs are a miss; deleted when no session from before
 *     is open, and looked for once more in what was sealed since</td>
 *     <td>deleted when no reader from before is open; compacted packs leave word</td>
 *     <td>packs of a seal are left alone</td></tr>
 *   <tr><td>opening by another process</td><td colspan="3">refused while the lease is held; a writer that
 *     lost its lease finds a newer epoch and seals nothing</td></tr>
 *   <tr><td>reading by another process</td><td colspan="3">as restore: manifests appear by rename and never
 *     change</td></tr>
 * </table>
 *
 * <p>Errors are {@link io.holdfast.error.BackupException}s with the codes 4000…4999: POOL_FULL
 * (folder, free bytes), POOL_WRITE_FAILED and POOL_READ_FAILED (file, cause), FORMAT_CORRUPT,
 * FORMAT_TOO_NEW, FORMAT_TOO_OLD (file, offset). Threads that are inside the engine must not be
 * interrupted: the JDK closes the file under an interrupted thread, and the session has to be
 * reopened.
 */
package io.holdfast.pool.store;
