/** Platforms in the database. */
package io.holdfast.server.inventory.jpa;
