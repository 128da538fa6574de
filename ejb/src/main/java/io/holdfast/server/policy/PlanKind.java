package io.holdfast.server.policy;

/** When a policy runs (PLAN-01). */
public enum PlanKind {
  /** Once, as soon as it is created; later by hand. */
  IMMEDIATE,
  /** By hand only. */
  MANUAL
}
