/**
 * What a disk is to the agent: bytes to read at a snapshot ({@link
 * io.holdfast.source.spi.DiskSource}) or to write in a restore ({@link
 * io.holdfast.source.spi.DiskTarget}). Knows neither pools nor platforms' management interfaces.
 */
package io.holdfast.source.spi;
