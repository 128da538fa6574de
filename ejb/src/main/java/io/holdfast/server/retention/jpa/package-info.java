/** Retention that is due, in the database. */
package io.holdfast.server.retention.jpa;
