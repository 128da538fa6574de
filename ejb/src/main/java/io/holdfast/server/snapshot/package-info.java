/**
 * VM snapshots as operators manage them and schedules take them (CAS-21): operations in a queue of
 * their own, one a VM at a time and never beside a backup or restore of it, and the record of what
 * a schedule made. Only snapshots that a record names, with its tag on the platform, are ever
 * removed without a person asking. Knows runs, policies' content and the inventory; nothing of
 * pools.
 */
package io.holdfast.server.snapshot;
