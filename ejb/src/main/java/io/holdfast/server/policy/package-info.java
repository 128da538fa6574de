/**
 * What is backed up, where to and how: the thing screens call a job. Knows nothing of runs; who
 * uses a policy answers through {@link io.holdfast.server.policy.PolicyUse}. Invariant: stored
 * options are within their ranges, because the records refuse others.
 */
package io.holdfast.server.policy;
