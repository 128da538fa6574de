/**
 * How one talks to the compute platform of Hikvision Edge Cloud: signed HTTP, the envelope of its
 * replies, tasks. Knows nothing of VMs, snapshots or restores. Nothing public describes this
 * interface: all of it is assumed [INF]. Invariant: everything a caller names is percent-encoded
 * here, and nothing that is signed shows the secret.
 */
package io.holdfast.platform.hikcloud.rest;
