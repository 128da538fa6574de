/**
 * What somebody should look at: failed, skipped and degraded VMs, kept until a person has
 * acknowledged them, and platforms that do not answer (JOB-07). It does not know of runs: who
 * raises an alarm says what it is about.
 */
package io.holdfast.server.alarm;
