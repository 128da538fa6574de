/**
 * The only user of the batch engine's operator. Must be in the same deployment module as the job
 * XML: the context class loader decides which operator it is. Invariant: what the engine believes
 * about an execution never decides about a VM task.
 */
package io.holdfast.batch.launch;
