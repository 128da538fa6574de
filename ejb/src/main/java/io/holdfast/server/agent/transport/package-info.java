/**
 * gRPC, TLS and certificates: the listener agents dial and the channels to agents. Nothing outside
 * this package sees a gRPC type other than the protocol's messages.
 */
package io.holdfast.server.agent.transport;
