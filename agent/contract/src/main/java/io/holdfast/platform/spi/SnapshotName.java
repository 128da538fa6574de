package io.holdfast.platform.spi;

/** A snapshot by VM and name. */
public record SnapshotName(String vmId, String vmName, String name) {}
