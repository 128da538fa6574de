/**
 * The cryptography of an encrypted pool: its keys in memory, chunk ids, records (OPT-17, POOL-10).
 * Knows no files. No method gives a key out, and nothing here prints one.
 */
package io.holdfast.pool.cipher;
