/**
 * How errors cross the wire of the agent protocol: code and named parameters in a binary trailer,
 * never text or stack traces. Used by both ends; knows gRPC and nothing of either end.
 */
package io.holdfast.agent.protocol.errors;
