/** Reads the tables of the batch engine's repository. */
package io.holdfast.server.execution.jpa;
