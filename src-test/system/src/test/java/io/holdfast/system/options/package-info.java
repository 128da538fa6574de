/**
 * The product guide's tables of options for H3C CAS (S1 tables 2 to 5), row by row: what each does
 * in a run, by REST against a running server, agent and simulated platform. Presets, ranges and
 * refusals of values are tested without a platform, by {@code BackupOptionsRestTest} and {@code
 * RestoreOptionsRestTest}.
 */
package io.holdfast.system.options;
