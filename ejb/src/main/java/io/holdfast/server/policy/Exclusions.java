package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.InventoryEntry;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * INV-05: VMs that a policy leaves out although its content holds them. Rules are matched anew with
 * every run, so they also hold for VMs that come later.
 *
 * @param patterns wildcards ({@code *} any characters, {@code ?} one) for a VM's whole name or
 *     title, whatever the case; either one that matches excludes. At most {@value #MOST} of at most
 *     {@value #LONGEST} characters
 * @param removed VMs that a person took out below a selected container, by node id
 */
public record Exclusions(List<String> patterns, List<ContentNode> removed) {
  /** Most patterns. */
  public static final int MOST = 20;

  /** Longest pattern, characters. */
  public static final int LONGEST = 150;

  /** Nothing is left out. */
  public static final Exclusions NONE = new Exclusions(List.of(), List.of());

  /** Throws INVALID_VALUE or VALUE_OUT_OF_RANGE naming {@code exclusions}. */
  public Exclusions {
    patterns = patterns.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    removed = removed.stream().distinct().toList();
    requireAtMost(patterns.size(), MOST);
    for (String pattern : patterns) {
      requireAtMost(pattern.length(), LONGEST);
      if (pattern.chars().anyMatch(Character::isISOControl)) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE,
            "field",
            "exclusions",
            "value",
            "?",
            "expected",
            "db-*, test?");
      }
    }
  }

  private static void requireAtMost(int value, int most) {
    if (value > most) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "exclusions",
          "value",
          value,
          "min",
          0,
          "max",
          most);
    }
  }

  /** The first pattern that matches the VM's name or title. */
  public Optional<String> matching(InventoryEntry vm) {
    return patterns.stream()
        .filter(pattern -> matches(pattern, vm.name()) || matches(pattern, vm.title()))
        .findFirst();
  }

  /** Whether a person took the VM out. */
  public boolean isRemoved(String nodeId) {
    return removed.stream().anyMatch(node -> node.getNodeId().equals(nodeId));
  }

  /** Whether a whole name matches a wildcard, in any case. */
  static boolean matches(String wildcard, String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < wildcard.length(); i++) {
      char c = wildcard.charAt(i);
      switch (c) {
        case '*' -> {
          if (!regex.toString().endsWith(".*")) {
            regex.append(".*");
          }
        }
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c).toLowerCase(Locale.ROOT)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL)
        .matcher(name.toLowerCase(Locale.ROOT))
        .matches();
  }
}
