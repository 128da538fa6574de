/**
 * Executions of the batch engine as the API shows and handles them (API-01). Read from the engine's
 * own tables; what happens to a VM task is decided by the run feature, so that a task never has two
 * executions at work. Knows nothing of the engine's API.
 */
package io.holdfast.server.execution;
