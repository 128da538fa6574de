package io.holdfast.server.catalog;

/**
 * A VM of a platform.
 *
 * @param platformId the platform's id here
 * @param vmId the VM's id there
 */
public record VmRef(String platformId, String vmId) {}
