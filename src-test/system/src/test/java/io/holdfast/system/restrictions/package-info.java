/**
 * The product guide's table of restrictions for H3C CAS (S1 table 7), row by row, by REST against a
 * running server, agent and simulated platform. A test's name begins with the row's number.
 */
package io.holdfast.system.restrictions;
