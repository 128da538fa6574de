/**
 * What a virtualisation platform is to the agent. A driver translates a platform's own interface,
 * and what is public or assumed of it, to these few calls; it holds no state of a backup and moves
 * no bytes.
 */
package io.holdfast.platform.spi;
