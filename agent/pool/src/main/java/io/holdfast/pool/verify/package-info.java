/**
 * Re-reads a pool's sealed files and says what is damaged and which restore points it hurts. Reads
 * only; runs beside backups and restores. Works on files and formats, not on open sessions.
 */
package io.holdfast.pool.verify;
