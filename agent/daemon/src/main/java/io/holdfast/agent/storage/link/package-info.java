/**
 * The backup host's end of the storage protocol: a pool of another agent as backups and restores
 * use it. Every call is repeated until it is answered or the reconnect time is over (OPT-08); what
 * is sent and not yet answered waits in the resume buffer (OPT-09).
 */
package io.holdfast.agent.storage.link;
