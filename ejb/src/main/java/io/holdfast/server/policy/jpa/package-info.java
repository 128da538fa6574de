/** Policies in the database. The only place of the feature that sees the entity manager. */
package io.holdfast.server.policy.jpa;
