/**
 * The index of a dedup pool: chunk id → place, on disk, in bounded memory. Knows packs and the
 * format, not sessions. It is a cache of hints: lost or wrong it costs room in the pool, never
 * data.
 */
package io.holdfast.pool.index;
