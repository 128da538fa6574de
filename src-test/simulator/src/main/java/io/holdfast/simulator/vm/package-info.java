/**
 * VMs: power, disks, snapshots, changed block tracking, guests. Everything that changes a VM
 * happens under its lock.
 */
package io.holdfast.simulator.vm;
