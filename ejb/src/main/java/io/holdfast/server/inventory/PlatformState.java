package io.holdfast.server.inventory;

import io.holdfast.error.ErrorCode;
import java.util.Set;

/** What is known of a platform since it was asked last (RES-06). */
public enum PlatformState {
  /** It answered, and took the login. */
  ONLINE,
  /** It did not answer, or refused; the reason tells which. */
  OFFLINE,
  /** Its backup host could not be asked, so nothing is known of the platform itself. */
  AGENT_AWAY,
  /** Not asked yet. */
  UNKNOWN;

  private static final Set<ErrorCode> OF_THE_AGENT =
      Set.of(
          ErrorCode.AGENT_UNREACHABLE,
          ErrorCode.AGENT_UNKNOWN,
          ErrorCode.AGENT_VERSION_UNSUPPORTED,
          ErrorCode.AGENT_MODULE_MISSING,
          ErrorCode.AGENT_KEY_DIFFERS);

  /**
   * What an error says of the platform. An agent that took the question and gave no answer in time
   * (AGENT_TIMEOUT) waits for the platform, so that one is OFFLINE.
   */
  static PlatformState after(ErrorCode problem) {
    return OF_THE_AGENT.contains(problem) ? AGENT_AWAY : OFFLINE;
  }
}
