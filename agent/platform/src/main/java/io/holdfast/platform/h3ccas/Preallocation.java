package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DiskDescription;
import java.util.List;

/**
 * How a volume's space is reserved (CAS-14). The words are the product's; the numbers are CAS's
 * {@code mode}: the field is public [P], its values 0, 1, 2 are assumed [INF].
 */
final class Preallocation {
  private static final List<String> WORDS = List.of("thin", "lazy-zeroed", "eager-zeroed");

  private Preallocation() {}

  /** The word of a mode; a mode not known reads as thin. */
  static String ofMode(String mode) {
    for (int i = 0; i < WORDS.size(); i++) {
      if (String.valueOf(i).equals(mode)) {
        return WORDS.get(i);
      }
    }
    return WORDS.get(0);
  }

  /** The mode of a word; empty or unknown is thin. */
  static int mode(String word) {
    return Math.max(0, WORDS.indexOf(word));
  }

  /** Whether all of a disk's space is reserved, so that nothing of it is to be given back. */
  static boolean isReserved(DiskDescription disk) {
    return mode(disk.getPreallocation()) > 0;
  }
}
