/**
 * The steps of {@code restore-vm.xml}: the mirror image of a backup, with the same extent
 * iteration. Each one is idempotent by the VM task's id.
 */
package io.holdfast.batch.restore;
