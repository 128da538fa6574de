/**
 * QEMU, qemu-img and qemu-nbd as child processes, QMP and a small NBD client. Knows nothing of CAS.
 */
package io.holdfast.simulator.qemu;
