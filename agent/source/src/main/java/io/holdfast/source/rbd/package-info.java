/**
 * Disks on Ceph: RBD images read and written through librbd on this host (HIK-03), and what changed
 * between their snapshots. No byte goes through the platform. {@code ear/src/doc/rbd.md} says which
 * functions are called, on which threads, and what their errors become.
 */
package io.holdfast.source.rbd;
