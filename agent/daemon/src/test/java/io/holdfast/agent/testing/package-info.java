/** A backup server, its CA and a platform over local files, for the agent's own tests. */
package io.holdfast.agent.testing;
