package io.holdfast.server.audit;

import io.holdfast.server.resource.ResourceRef;

/**
 * What was done to what.
 *
 * @param action kebab-case verb-object: {@code platform-add}, {@code job-run}
 * @param resource the thing
 * @param resourceName how people know it
 * @param succeeded false for an attempt that was refused or failed
 * @param detail before and after, or the error's code; never a secret
 */
public record AuditedAction(
    String action, ResourceRef resource, String resourceName, boolean succeeded, String detail) {

  /** Something that was done. */
  public static AuditedAction done(String action, ResourceRef resource, String resourceName) {
    return new AuditedAction(action, resource, resourceName, true, "");
  }

  /** The same with a detail. */
  public AuditedAction with(String what) {
    return new AuditedAction(action, resource, resourceName, succeeded, what);
  }
}
