/**
 * Hikvision Edge Cloud through REST: the running server and agent, the simulated platform, a real
 * Ceph cluster.
 */
package io.holdfast.system.hikcloud;
