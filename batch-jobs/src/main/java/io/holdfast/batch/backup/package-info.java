/**
 * The steps of {@code backup-vm.xml}. Each one is idempotent by the VM task's id, takes what it
 * needs from our tables, and leaves the decision what an ended execution means to {@link
 * io.holdfast.server.run.TaskConclusion}.
 */
package io.holdfast.batch.backup;
