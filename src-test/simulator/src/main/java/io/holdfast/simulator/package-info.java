/**
 * The H3C CAS simulator's process: options, wiring, start and stop. It knows nothing of the
 * product; doc/cas-simulator.md is its protocol.
 */
package io.holdfast.simulator;
