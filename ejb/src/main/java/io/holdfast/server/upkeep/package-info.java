/**
 * Garbage collections and verifications of pools as jobs (POOL-10): when they run, how far they
 * are, what came of them. They run on the storage agent and go on without this server; it asks for
 * them by id. Of each pool one job of a kind has not ended, which a unique key sees to.
 */
package io.holdfast.server.upkeep;
