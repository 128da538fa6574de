/** Restore points in the database. */
package io.holdfast.server.catalog.jpa;
