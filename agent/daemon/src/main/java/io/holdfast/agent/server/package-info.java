/**
 * The agent's control gRPC: what the backup server may ask of it. Services translate messages and
 * hand the work to bounded executors; no gRPC thread ever waits for a platform, a disk or a pool.
 * Only a peer with a server certificate of our own CA gets past the door.
 */
package io.holdfast.agent.server;
