/** Pool jobs in the database. */
package io.holdfast.server.upkeep.jpa;
