package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/** Options that do not go with each other, whatever the platform says later. Pure. */
final class PolicyRules {
  private PolicyRules() {}

  /** Throws INVALID_VALUE naming the option that does not apply to the policy's type. */
  static void check(PolicyDefinition.Plan plan, BackupOptions options) {
    boolean full = plan.backupType() == BackupType.FULL;
    UntrackedHandling untracked = options.handling().untracked();
    if (full && untracked != UntrackedHandling.FULL) {
      throw invalid("untracked", untracked, "FULL (type = FULL)");
    }
    if (!full && !options.reading().enableTracking()) {
      throw invalid("enableTracking", "false", "true (type = " + plan.backupType() + ")");
    }
  }

  private static BackupException invalid(String field, Object value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
  }
}
