package io.holdfast.server.policy;

/**
 * CAS-03: what an incremental or differential run does with a VM whose changes the platform cannot
 * track. A VM that could be tracked and only lost its base is backed up in full in any case
 * (CAS-04).
 */
public enum UntrackedHandling {
  /** It is backed up in full. */
  FULL,
  /** It is left out, its task fails and says why. */
  SKIP_AND_ALARM,
  /** It is left out without an error; a captcha is asked for when this is chosen. */
  SKIP_SILENTLY
}
