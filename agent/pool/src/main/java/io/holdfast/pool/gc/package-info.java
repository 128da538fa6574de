/**
 * Garbage collection: which packs are condemned, and since which generation. Knows the format, maps
 * and packs, not sessions' insides. No clock takes part in what is deleted.
 */
package io.holdfast.pool.gc;
