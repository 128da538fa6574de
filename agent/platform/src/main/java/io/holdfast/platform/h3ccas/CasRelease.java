package io.holdfast.platform.h3ccas;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of CAS, CVK or UIS such as {@code E0785P03}, and what the guides say of it (RES-08).
 *
 * @param text as told
 * @param product "H3C CAS" or "H3C UIS"; where the text does not say, by its number, which the two
 *     do not share
 * @param number the digits after E; 0 when it cannot be read
 * @param patch the digits after P; 0 when there are none
 */
record CasRelease(String text, String product, int number, int patch) {
  private static final Pattern FORM = Pattern.compile("E0*(\\d{3,4})(?:P0*(\\d{1,3}))?");
  private static final String CAS = "H3C CAS";
  private static final String UIS = "H3C UIS";
  private static final String X86 = "x86-64";
  private static final String ARM = "ARM";

  /** [SRC] S1 table 6. A later patch of a listed release counts as listed. */
  private static final List<Row> LISTED =
      List.of(
          new Row(CAS, 710, 0, X86),
          new Row(CAS, 730, 0, X86),
          new Row(CAS, 760, 0, X86),
          new Row(CAS, 760, 0, ARM),
          new Row(CAS, 780, 0, X86),
          new Row(CAS, 780, 0, ARM),
          new Row(CAS, 781, 2, X86),
          new Row(CAS, 782, 2, X86),
          new Row(CAS, 785, 3, X86),
          new Row(UIS, 742, 0, X86),
          new Row(UIS, 750, 5, X86),
          new Row(UIS, 750, 11, ARM),
          new Row(UIS, 881, 3, X86),
          new Row(UIS, 881, 3, ARM),
          new Row(UIS, 882, 0, X86));

  /** [SRC] S1 table 6: UIS E0712 and E0721 are "No"; what is older than the oldest is not there. */
  private static final int OLDEST_CAS = 710;

  private static final int OLDEST_UIS = 742;
  private static final List<Integer> UIS_NUMBERS = List.of(712, 721, 742, 750, 881, 882);

  private record Row(String product, int number, int patch, String architecture) {}

  /** What the compatibility list says. */
  enum Verdict {
    /** Listed as supported. */
    LISTED,
    /** Not in the list, or newer: told, not refused. */
    UNLISTED,
    /** Listed as unsupported, older than all, or listed for another architecture only. */
    UNSUPPORTED
  }

  static CasRelease of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.find()) {
      return new CasRelease(text, CAS, 0, 0);
    }
    int number = Integer.parseInt(matcher.group(1));
    int patch = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    boolean uis = text.toUpperCase(Locale.ROOT).contains("UIS") || UIS_NUMBERS.contains(number);
    return new CasRelease(text, uis ? UIS : CAS, number, patch);
  }

  /**
   * @param architecture as a host tells it (x86_64, aarch64…); empty: any will do
   */
  Verdict verdict(String architecture) {
    if (number == 0) {
      return Verdict.UNLISTED;
    }
    if (number < (product.equals(UIS) ? OLDEST_UIS : OLDEST_CAS)) {
      return Verdict.UNSUPPORTED;
    }
    List<Row> same =
        LISTED.stream()
            .filter(row -> row.product().equals(product) && row.number() == number)
            .toList();
    List<Row> fitting =
        same.stream()
            .filter(
                row -> architecture.isEmpty() || row.architecture().equals(of(isArm(architecture))))
            .toList();
    if (fitting.stream().anyMatch(row -> patch >= row.patch())) {
      return Verdict.LISTED;
    }
    return !same.isEmpty() && fitting.isEmpty() ? Verdict.UNSUPPORTED : Verdict.UNLISTED;
  }

  private static String of(boolean arm) {
    return arm ? ARM : X86;
  }

  /** Whether a host's word for its architecture is ARM's. */
  static boolean isArm(String architecture) {
    String lower = architecture.toLowerCase(Locale.ROOT);
    return lower.startsWith("aarch") || lower.startsWith("arm");
  }

  /** How messages name it, with the architecture where it is known. */
  String named(String architecture) {
    return architecture.isEmpty() ? text : text + " (" + architecture + ")";
  }

  /** [SRC] CAS E0760 cannot do incremental backups of running VMs. */
  boolean tracksRunningVms() {
    return number != 760;
  }

  /** [SRC] Incrementals with external snapshots need CVK E0760 or later; unknown is trusted. */
  boolean tracksWithExternalSnapshots() {
    return number == 0 || number >= 760;
  }

  /** [SRC] Second-level folders exist from E0710P01 on; unknown is trusted. */
  boolean hasFolders() {
    return number == 0 || number > 710 || (number == 710 && patch >= 1);
  }
}
