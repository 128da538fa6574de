/**
 * Measures garbage collection at scale on pools that hold no data. Uses the pool engine as the
 * agent does, no agent and no peer.
 */
package io.holdfast.bench.gc;
