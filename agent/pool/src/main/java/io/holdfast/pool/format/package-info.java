/**
 * What all files of a pool have in common: names, the 64-byte header, framed documents, and the
 * three ways a file can be refused. The authority is {@code doc/pool-format.md}.
 */
package io.holdfast.pool.format;
