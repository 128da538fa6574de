/** Deletes what is too old, also from the tables of the batch engine's repository. */
package io.holdfast.server.history.jpa;
