/**
 * Runs of policies and restore jobs, their VM tasks, the persistent queue and the dispatcher. This
 * feature's own tables say what is going on; what the batch engine believes never decides. Knows
 * nothing of the batch API: jobs are started through {@link io.holdfast.server.run.JobLauncher}.
 * Invariant: a VM task is DONE only when its restore point is sealed and in the catalog, or its
 * restore has been verified and finished.
 */
package io.holdfast.server.run;
