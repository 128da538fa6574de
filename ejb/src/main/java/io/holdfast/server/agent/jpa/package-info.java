/** Agents and access keys in the database. */
package io.holdfast.server.agent.jpa;
