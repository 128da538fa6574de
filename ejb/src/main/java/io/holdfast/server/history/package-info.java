/**
 * What of the past is kept, and for how long. Runs and their VM tasks stay for ever; their logs,
 * samples and batch executions go with age.
 */
package io.holdfast.server.history;
