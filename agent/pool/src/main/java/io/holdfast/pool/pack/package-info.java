/**
 * Packs: append-only files of chunk records with a directory at the end. A pack with a footer is
 * sealed and never opened for writing again. Knows chunks and the format, not disks.
 */
package io.holdfast.pool.pack;
