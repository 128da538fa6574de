package io.holdfast.simulator.state;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of CAS, CVK or UIS and what it does differently, as the product guides tell. UIS
 * numbers are read on CAS's scale. SIM-02.
 *
 * @param text as shown to clients, for example {@code E0785P03} or {@code UIS E0881P03}
 * @param number the four digits after E; 9999 when there are none
 * @param patch the digits after P, 0 when there are none
 */
public record Release(String text, int number, int patch) {
  private static final Pattern FORM = Pattern.compile("(?:UIS[ -]?)?E(\\d{4})(?:P(\\d+))?.*");
  private static final int FOLDERS = 710;
  private static final int NO_ONLINE_INCREMENTAL = 760;
  private static final int NARROW_PORTS = 780;

  /** Reads a release; an unknown text behaves as the newest. */
  public static Release of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return new Release(text, 9999, 0);
    }
    String patch = matcher.group(2);
    return new Release(
        text, Integer.parseInt(matcher.group(1)), patch == null ? 0 : Integer.parseInt(patch));
  }

  /** UIS, the hyper-converged edition, rather than CAS. */
  public boolean uis() {
    return text.startsWith("UIS");
  }

  /** The release without the name of the edition. */
  public String plain() {
    return text.replaceFirst("^UIS[ -]?", "");
  }

  /** Second-level folders exist from E0710P01 on. */
  public boolean hasFolders() {
    return number > FOLDERS || (number == FOLDERS && patch >= 1);
  }

  /** E0760 has no incremental backup of running VMs. */
  public boolean tracksRunningVms() {
    return number != NO_ONLINE_INCREMENTAL;
  }

  /** External snapshots mark tracking points from E0760 on. */
  public boolean tracksWithExternalSnapshots() {
    return number >= NO_ONLINE_INCREMENTAL;
  }

  /** First data port. */
  public int firstDataPort() {
    return number < NARROW_PORTS ? 10_000 : 30_000;
  }

  /** Last data port, included. */
  public int lastDataPort() {
    return number < NARROW_PORTS ? 30_000 : 30_999;
  }
}
