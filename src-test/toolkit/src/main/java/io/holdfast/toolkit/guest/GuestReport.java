package io.holdfast.toolkit.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guest has said on its serial port so far; see {@code init.sh}. Immutable.
 *
 * @param text all of it
 */
public record GuestReport(String text) {
  private static final Pattern FIRMWARE = Pattern.compile("GUEST BOOTED firmware=(\\w+)\\s");
  private static final Pattern FSCK =
      Pattern.compile("GUEST FSCK recover=(\\d+) check=(\\d+) replayed=(\\w+)\\s");
  private static final Pattern CHECKED =
      Pattern.compile("GUEST CHECKED files=(\\d+) differing=(\\d+) torn=(\\d+)\\s");
  private static final Pattern DIFFERS = Pattern.compile("GUEST DIFFERS (\\S+)");
  private static final Pattern DURABLE = Pattern.compile("GUEST DURABLE (\\d+)\\s");
  private static final Pattern HOOK = Pattern.compile("GUEST HOOK (\\w+) at=(\\d+)\\s");
  private static final Pattern HELD = Pattern.compile("GUEST HELD from=(\\d+) to=(\\d+)\\s");
  private static final int MILLIS = 10;
  private static final Pattern STOPPED = Pattern.compile("GUEST STOPPED .*|Kernel panic.*");

  /** What it booted by: {@code bios}, {@code uefi}, or empty before it did. */
  public String firmware() {
    Matcher found = FIRMWARE.matcher(text);
    return found.find() ? found.group(1) : "";
  }

  /** Exit code of playing back the journal: 0, or 1 when something was put right. */
  public OptionalInt journalPlayback() {
    return number(FSCK, 1);
  }

  /** The journal was played back: the disk is not that of a file system at rest. */
  public boolean journalReplayed() {
    Matcher found = FSCK.matcher(text);
    return found.find() && found.group(3).equals("yes");
  }

  /** Exit code of the full check after it, which changes nothing: 0 when clean. */
  public OptionalInt fileSystemCheck() {
    return number(FSCK, 2);
  }

  /** Files in the list of checksums; each was read and compared. */
  public OptionalInt files() {
    return number(CHECKED, 1);
  }

  /** How many of them are not there or not as written. */
  public OptionalInt differing() {
    return number(CHECKED, 2);
  }

  /** Lines of the list that are not whole. */
  public OptionalInt tornLines() {
    return number(CHECKED, 3);
  }

  /** Names of the differing files. */
  public List<String> differingNames() {
    return DIFFERS.matcher(text).results().map(each -> each.group(1)).toList();
  }

  /** Files it has reported as durable since it booted, with those of before; 0 before the first. */
  public int durable() {
    return DURABLE
        .matcher(text)
        .results()
        .mapToInt(each -> Integer.parseInt(each.group(1)))
        .max()
        .orElse(0);
  }

  /** Its guest agent was started. */
  public boolean hasAgent() {
    return text.contains("GUEST AGENT ");
  }

  /**
   * A span of the guest's time since its start, milliseconds.
   *
   * @param toMillis {@link Long#MAX_VALUE} when it has not ended
   */
  public record Span(long fromMillis, long toMillis) {
    /** Whether it has ended. */
    public boolean isOver() {
      return toMillis < Long.MAX_VALUE;
    }

    /** Its length. */
    public long millis() {
      return toMillis - fromMillis;
    }
  }

  /** From each freeze that the guest agent was asked for to its thaw, in order. */
  public List<Span> freezes() {
    List<Span> result = new ArrayList<>();
    long from = -1;
    Matcher found = HOOK.matcher(text);
    while (found.find()) {
      long at = Long.parseLong(found.group(2)) * MILLIS;
      if (found.group(1).equals("freeze")) {
        from = at;
      } else if (from >= 0) {
        result.add(new Span(from, at));
        from = -1;
      }
    }
    if (from >= 0) {
      result.add(new Span(from, Long.MAX_VALUE));
    }
    return result;
  }

  /** When writes of the guest had to wait for more than a second, in order. */
  public List<Span> held() {
    return HELD.matcher(text)
        .results()
        .map(
            each ->
                new Span(
                    Long.parseLong(each.group(1)) * MILLIS, Long.parseLong(each.group(2)) * MILLIS))
        .toList();
  }

  /** It gave up. */
  public boolean stopped() {
    return STOPPED.matcher(text).find();
  }

  private OptionalInt number(Pattern pattern, int group) {
    Matcher found = pattern.matcher(text);
    return found.find()
        ? OptionalInt.of(Integer.parseInt(found.group(group)))
        : OptionalInt.empty();
  }
}
