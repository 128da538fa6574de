/** Agents and access keys. */
package io.holdfast.web.rest.agent;
