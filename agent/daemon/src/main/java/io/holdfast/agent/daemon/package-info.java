/**
 * The standalone agent: commands, settings, wiring, start and stop. Nothing depends on it. Stopping
 * loses nothing: what runs is resumable from its pool session or its restore session file.
 */
package io.holdfast.agent.daemon;
