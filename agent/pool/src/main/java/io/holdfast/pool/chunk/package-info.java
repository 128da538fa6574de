/**
 * A chunk: its id, its record as stored in packs and maps' entries, its codecs. Knows no files. A
 * decoded chunk has always been compared with its id.
 */
package io.holdfast.pool.chunk;
