package io.holdfast.system.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges the words of a page: no keys, no open places, nothing of the other language but names.
 * Names that tests and machines gave are taken out first.
 */
final class Wording {
  private static final Pattern MISSING = Pattern.compile("\\?\\?\\?[^?]*\\?\\?\\?|\\{\\d+}");
  private static final Pattern KEY =
      Pattern.compile("(?<![\\w./@-])[A-Za-z]+(\\.[A-Za-z][A-Za-z_]*)+(?![\\w/@-])");
  private static final Pattern CONSTANT = Pattern.compile("\\b[A-Z]{2,}_[A-Z_]+\\b");

  /** Places of the simulated platform's disks. */
  private static final Pattern DISK = Pattern.compile("\\S*/vms/\\S+");

  /** Ids and absolute paths. */
  private static final Pattern GIVEN =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|(?<=\\s)/[\\w./-]+");

  private static final Pattern ENGLISH = Pattern.compile("[A-Za-z][A-Za-z]{2,}");
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}+");

  /** Products, units and terms that have no other name in Chinese. */
  private static final Set<String> PRODUCTS =
      Set.of(
          "holdfast",
          "english",
          "h3c",
          "cas",
          "cvm",
          "cvk",
          "ssl",
          "cvd",
          "sdk",
          "nbd",
          "cbt",
          "cpu",
          "arm",
          "lz4",
          "zstd",
          "mac",
          "kib",
          "mib",
          "gib",
          "tib",
          "utc",
          "qcow",
          "raw",
          "linux",
          "ceph",
          "san",
          "snapshot");

  private final List<String> names;

  /**
   * @param names given by tests, by the simulated platform or by the machine
   */
  Wording(Collection<String> names) {
    this.names =
        names.stream()
            .filter(name -> name.length() > 1)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** What is wrong with the text of a page in this language; empty when nothing is. */
  List<String> faults(Language language, String pageText) {
    String text = DISK.matcher(pageText).replaceAll(" ");
    for (String name : names) {
      text = text.replace(name, " ");
    }
    text = GIVEN.matcher(text).replaceAll(" ");
    List<String> faults = new ArrayList<>();
    collect(faults, "open", MISSING, text);
    collect(faults, "key", KEY, text);
    collect(faults, "constant", CONSTANT, text);
    if (language == Language.ZH) {
      collect(faults, "English", ENGLISH, text);
    } else {
      collect(faults, "Chinese", CHINESE, text.replace("中文", " "));
    }
    return faults;
  }

  private static void collect(List<String> faults, String what, Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      String found = matcher.group();
      if (!PRODUCTS.contains(found.toLowerCase(Locale.ROOT))) {
        faults.add(what + ": " + around(text, matcher.start(), matcher.end()));
      }
    }
  }

  private static String around(String text, int start, int end) {
    int from = Math.max(0, start - 20);
    int to = Math.min(text.length(), end + 20);
    return text.substring(from, to).replaceAll("\\s+", " ");
  }
}
