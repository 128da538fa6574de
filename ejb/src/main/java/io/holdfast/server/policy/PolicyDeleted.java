package io.holdfast.server.policy;

import io.holdfast.server.inventory.PlatformId;

/**
 * A policy was deleted, in the same transaction.
 *
 * @param platform whose VMs it backed up
 */
public record PolicyDeleted(PlatformId platform) {}
