/**
 * Where a pool's bytes lie: the few file operations the engine needs, said with their durability.
 * Knows no format. Failures are {@link io.holdfast.error.BackupException}s, a full disk always
 * POOL_FULL.
 */
package io.holdfast.pool.medium;
