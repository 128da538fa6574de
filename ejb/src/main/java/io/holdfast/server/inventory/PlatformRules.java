package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.regex.Pattern;

/** What platform settings must be like; messages name field, value and what is allowed. */
final class PlatformRules {
  private static final int MAX_NAME = 128;
  private static final int MAX_USER = 255;
  private static final int MAX_PASSWORD = 512;
  private static final int MAX_PORT = 65_535;
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\\.?");

  private PlatformRules() {}

  /** Throws FIELD_MISSING, INVALID_VALUE or VALUE_OUT_OF_RANGE for the first wrong field. */
  static void check(PlatformSettings settings, boolean passwordNeeded) {
    requireText("name", settings.name(), MAX_NAME);
    requireText("address", settings.address(), 253);
    requireText("user", settings.user(), MAX_USER);
    if (passwordNeeded || !settings.password().isEmpty()) {
      if (settings.password().isEmpty()) {
        throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "password");
      }
      requireRange("password", settings.password().length(), 1, MAX_PASSWORD);
    }
    if (!isAddress(settings.address())) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "address",
          "value",
          settings.address(),
          "expected",
          "192.0.2.1, 2001:db8::1, cvm.example.com");
    }
    if (settings.port().isPresent()) {
      requireRange("port", settings.port().getAsInt(), 1, MAX_PORT);
    }
  }

  /** Whether the text is an IP address or a domain name; nothing is resolved. */
  static boolean isAddress(String text) {
    if (IPV4.matcher(text).matches()) {
      for (String part : text.split("\\.")) {
        if (Integer.parseInt(part) > 255) {
          return false;
        }
      }
      return true;
    }
    return isIpv6(text) || DOMAIN.matcher(text).matches();
  }

  /** Whether the text is an address that needs no name service. */
  static boolean isIpAddress(String text) {
    return isAddress(text) && (IPV4.matcher(text).matches() || isIpv6(text));
  }

  private static boolean isIpv6(String text) {
    return IPV6.matcher(text).matches() && text.chars().filter(c -> c == ':').count() >= 2;
  }

  /** What a platform may be called. */
  static void checkName(String name) {
    requireText("name", name, MAX_NAME);
  }

  private static void requireText(String field, String value, int maxLength) {
    if (value.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    if (value.length() > maxLength) {
      requireRange(field, value.length(), 1, maxLength);
    }
    if (value.chars().anyMatch(Character::isISOControl) || !value.equals(value.strip())) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", "1…" + maxLength);
    }
  }

  private static void requireRange(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", min, "max", max);
    }
  }
}
