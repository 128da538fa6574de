/**
 * Restore sessions: target made or found, data written by offset, read back, finished or undone.
 * What a session made on the platform stands in its session file in the agent's state folder before
 * the next step is taken, so that after a crash it is found again and can be undone.
 *
 * <p>How an original VM is overwritten (CAS-13): while the VM and a disk of the same size exist,
 * the disk is overwritten in place; a disk that is gone is created; a VM that is gone is created
 * anew. No volume of the existing VM is deleted before all data is restored and verified: other
 * disks go in {@code FinishRestore} only, and only when that was confirmed.
 */
package io.holdfast.agent.restore;
