package io.holdfast.server.ceph;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/** What a Ceph pool's settings must be like; messages name field, value and what is allowed. */
final class CephStorageRules {
  private static final int MAX_NAME = 128;
  private static final int MAX_PATH = 1024;
  private static final int MAX_TEMPLATE = 250;

  private CephStorageRules() {}

  /** Throws FIELD_MISSING, INVALID_VALUE or VALUE_OUT_OF_RANGE for the first wrong field. */
  static void check(CephStorageSettings settings) {
    text("pool", settings.pool(), MAX_NAME);
    text("clientId", settings.login().clientId(), MAX_NAME);
    path("configuration", settings.login().configuration());
    if (!settings.login().keyring().isEmpty()) {
      path("keyring", settings.login().keyring());
    }
    template("volumeTemplate", settings.templates().volume(), "{volume_id}");
    template("snapshotTemplate", settings.templates().snapshot(), "{snapshot_id}");
    template("instanceTemplate", settings.templates().instance(), "{instance_id}");
  }

  private static void path(String field, String value) {
    text(field, value, MAX_PATH);
    if (!value.startsWith("/")) {
      throw invalid(field, value, CephStorageSettings.Login.PRESET.configuration());
    }
  }

  /** Without its variable, or with it twice, all images would be called the same, or nothing. */
  private static void template(String field, String value, String variable) {
    text(field, value, MAX_TEMPLATE);
    int first = value.indexOf(variable);
    String rest = value.replace(variable, "");
    if (first < 0 || first != value.lastIndexOf(variable) || rest.matches(".*[/@{}].*")) {
      throw invalid(field, value, variable);
    }
  }

  private static void text(String field, String value, int longest) {
    if (value.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    if (value.length() > longest) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          field,
          "value",
          value.length(),
          "min",
          1,
          "max",
          longest);
    }
    if (value.chars().anyMatch(Character::isISOControl) || !value.equals(value.strip())) {
      throw invalid(field, value, "1…" + longest);
    }
  }

  private static BackupException invalid(String field, String value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
  }
}
