/** Snapshot operations and schedules by JPA. */
package io.holdfast.server.snapshot.jpa;
