/** Audit entries in the database. */
package io.holdfast.server.audit.jpa;
