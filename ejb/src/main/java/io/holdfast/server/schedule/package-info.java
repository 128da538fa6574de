/**
 * The server's timers, and nothing else: each one only tells a feature that it is time. Nothing
 * depends on this package.
 */
package io.holdfast.server.schedule;
