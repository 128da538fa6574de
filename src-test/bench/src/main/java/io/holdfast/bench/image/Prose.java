package io.holdfast.bench.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Text that compresses as real text and logs do: words of a made-up language with natural
 * frequencies, log lines with times, hosts and numbers. The same seed gives the same text. Not
 * thread-safe.
 */
final class Prose {
  private static final int WORDS = 6000;
  private static final String[] LEVELS = {"INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"};

  private final Random random;
  private final List<String> words = new ArrayList<>();
  private long millis = 1_700_000_000_000L;

  Prose(long seed) {
    random = new Random(seed);
    String consonants = "bcdfghklmnprstvwz";
    String vowels = "aeiou";
    while (words.size() < WORDS) {
      StringBuilder word = new StringBuilder();
      int syllables = 1 + random.nextInt(4);
      for (int i = 0; i < syllables; i++) {
        word.append(consonants.charAt(random.nextInt(consonants.length())));
        word.append(vowels.charAt(random.nextInt(vowels.length())));
        if (random.nextInt(4) == 0) {
          word.append(consonants.charAt(random.nextInt(consonants.length())));
        }
      }
      words.add(word.toString());
    }
  }

  /** A word; few are frequent, most are rare. */
  private String word() {
    double skewed = Math.pow(random.nextDouble(), 3);
    return words.get((int) (skewed * WORDS));
  }

  /** Sentences of about {@code bytes}. */
  byte[] text(int bytes) {
    StringBuilder text = new StringBuilder(bytes + 128);
    while (text.length() < bytes) {
      int length = 5 + random.nextInt(15);
      for (int i = 0; i < length; i++) {
        text.append(word()).append(i == length - 1 ? ".\n" : " ");
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Log lines of about {@code bytes}. */
  byte[] log(int bytes) {
    StringBuilder log = new StringBuilder(bytes + 256);
    while (log.length() < bytes) {
      millis += random.nextInt(5000);
      log.append(java.time.Instant.ofEpochMilli(millis))
          .append(" host-")
          .append(random.nextInt(20))
          .append(" service[")
          .append(1000 + random.nextInt(9000))
          .append("] ")
          .append(LEVELS[random.nextInt(LEVELS.length)])
          .append(" request ")
          .append(Long.toHexString(random.nextLong()))
          .append(" from 10.0.")
          .append(random.nextInt(256))
          .append('.')
          .append(random.nextInt(256))
          .append(' ')
          .append(word())
          .append(' ')
          .append(word())
          .append(' ')
          .append(word())
          .append(" took ")
          .append(random.nextInt(2000))
          .append(" ms\n");
    }
    return log.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
