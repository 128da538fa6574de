/**
 * Journals: which planned extents of a stream are durably in which place of which pack. A record is
 * written only after the pack bytes it points at are durable, so a record that can be read can be
 * believed (JOB-09).
 */
package io.holdfast.pool.journal;
