/**
 * How one talks to a CVM: HTTP, Digest, the odd JSON, error headers, tasks. Knows nothing of VMs,
 * snapshots or restores. Invariant: everything a caller names (VM, snapshot, volume) is
 * percent-encoded here and nowhere put into a path raw.
 */
package io.holdfast.platform.h3ccas.rest;
