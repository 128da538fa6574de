/**
 * Names of things that can be granted, used and audited, and the question who uses one. Knows no
 * feature; features that hold references implement {@link
 * io.holdfast.server.resource.ResourceUsage}, so that removing an agent, platform or pool is
 * refused without this package knowing jobs or catalogs.
 */
package io.holdfast.server.resource;
