package io.holdfast.system.soak;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * What a soak is told.
 *
 * @param seed of everything random
 * @param time how long rounds are begun
 * @param kills most kills in one run
 */
record SoakOptions(long seed, Duration time, int kills) {

  /**
   * Of the command line.
   *
   * @throws IllegalArgumentException naming the word that is not understood
   */
  static SoakOptions of(List<String> words, long preset) {
    SoakOptions options = new SoakOptions(preset, Duration.ofMinutes(30), 3);
    for (Iterator<String> word = words.iterator(); word.hasNext(); ) {
      String name = word.next();
      if (!word.hasNext()) {
        throw new IllegalArgumentException(name + " needs a number");
      }
      long value = Long.parseLong(word.next());
      options =
          switch (name) {
            case "--seed" -> new SoakOptions(value, options.time(), options.kills());
            case "--minutes" ->
                new SoakOptions(options.seed(), Duration.ofMinutes(value), options.kills());
            case "--kills" ->
                new SoakOptions(options.seed(), options.time(), Math.toIntExact(value));
            default -> throw new IllegalArgumentException("unknown option: " + name);
          };
    }
    return options;
  }
}
