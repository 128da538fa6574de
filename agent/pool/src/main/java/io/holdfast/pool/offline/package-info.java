/**
 * What can be done with a pool's folder alone, without server, catalog or agent state: inspect,
 * verify, restore (OPS-02). Reads only, takes no lease; the commands of the agent JAR are a thin
 * shell around it.
 */
package io.holdfast.pool.offline;
