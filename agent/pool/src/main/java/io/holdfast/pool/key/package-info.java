/**
 * How an encrypted pool's keys are kept: wrapped, in {@code keys/}, one slot for each way to open
 * the pool (POOL-10). Knows the format and the cipher; the only place where passphrases, key files
 * and recovery keys are turned into keys.
 */
package io.holdfast.pool.key;
