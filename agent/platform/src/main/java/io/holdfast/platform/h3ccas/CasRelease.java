package io.holdfast.platform.h3ccas;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of CAS or CVK such as {@code E0785P03}.
 *
 * @param text as told
 * @param number the digits after E; 0 when it cannot be read
 */
record CasRelease(String text, int number) {
  private static final Pattern FORM = Pattern.compile("E0*(\\d{3,4})");

  /** [SRC] The releases the guides list as supported. */
  private static final List<Integer> LISTED = List.of(710, 730, 760, 780, 781, 782, 785);

  static CasRelease of(String text) {
    Matcher matcher = FORM.matcher(text);
    return new CasRelease(text, matcher.find() ? Integer.parseInt(matcher.group(1)) : 0);
  }

  boolean listed() {
    return LISTED.contains(number);
  }

  /** [SRC] CAS E0760 cannot do incremental backups of running VMs. */
  boolean tracksRunningVms() {
    return number != 760;
  }

  /** [SRC] Incrementals with external snapshots need CVK E0760 or later; unknown is trusted. */
  boolean tracksWithExternalSnapshots() {
    return number == 0 || number >= 760;
  }
}
