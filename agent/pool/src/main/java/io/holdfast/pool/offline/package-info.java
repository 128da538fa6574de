/**
 * What can be done with a pool's folder alone, without server, catalog or agent state: inspect,
 * verify, restore (OPS-02), collect garbage (POOL-10). Only what changes the pool takes its lease;
 * the commands of the agent JAR are a thin shell around it.
 */
package io.holdfast.pool.offline;
