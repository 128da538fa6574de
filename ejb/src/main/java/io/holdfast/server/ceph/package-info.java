/**
 * The Ceph pools that disks of a platform lie in (RES-03), and how backup hosts reach them. Knows
 * platforms, but no driver; a cluster is asked through the backup host before a pool is saved. What
 * is registered here travels with every call about the platform.
 */
package io.holdfast.server.ceph;
