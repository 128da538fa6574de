/**
 * What this agent can reach: platform drivers by kind, disk transports by scheme. Knows no session.
 */
package io.holdfast.agent.connect;
