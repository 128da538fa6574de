/** Runs, VM tasks and positions in the database. */
package io.holdfast.server.run.jpa;
