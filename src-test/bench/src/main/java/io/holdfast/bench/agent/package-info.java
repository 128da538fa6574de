/**
 * The agent under measurement, a process of its own over a platform of raw image files, and what
 * drives it the way the server's batch job does.
 */
package io.holdfast.bench.agent;
