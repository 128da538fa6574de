/** Pools in the database. */
package io.holdfast.server.pool.jpa;
