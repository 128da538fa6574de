package io.holdfast.server.security;

/** USR-01: what a user is. One user may hold several. Names are also the container's role names. */
public enum Role {
  /** Agents, platforms, pools, users. */
  ADMINISTRATOR,
  /** Jobs, runs, restores. */
  OPERATOR,
  /** Sees everything, the audit log too, changes nothing. */
  AUDITOR
}
