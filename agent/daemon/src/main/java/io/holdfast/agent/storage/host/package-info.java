/**
 * The storage agent's end of the storage protocol: handles on pools of this agent for backup hosts
 * that hold a grant of the server. Knows nothing of platforms and disks. All that must outlive the
 * process lies in the pool; a handle can be had again with another grant.
 */
package io.holdfast.agent.storage.host;
