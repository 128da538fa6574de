/**
 * Simulated Hikvision Edge Cloud [INF]: nothing of the platform's interface is public, so paths,
 * names and the signing are assumptions, said in {@code doc/hikcloud-simulator.md}. Volumes are
 * real RBD images, snapshots real RBD snapshots, running instances real QEMU processes that hold
 * their images open. SIM-04.
 */
package io.holdfast.simulator.hikcloud;
