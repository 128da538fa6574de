package io.holdfast.server.captcha;

import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Characters drawn as strokes, so that no font is needed on the server. Each stroke is a run of
 * grid points: digits x 0..2 and y 0..4.
 */
final class CaptchaPicture {
  /** Characters that are hard to take for one another. */
  static final String ALPHABET = "ACEFHJKLNPTUXYZ347";

  private static final int WIDTH = 160;
  private static final int HEIGHT = 56;
  private static final int NOISE_LINES = 5;

  private static final Map<Character, String> STROKES =
      Map.ofEntries(
          Map.entry('A', "04 10 24|03 23"),
          Map.entry('C', "20 00 04 24"),
          Map.entry('E', "20 00 04 24|02 12"),
          Map.entry('F', "20 00 04|02 12"),
          Map.entry('H', "00 04|20 24|02 22"),
          Map.entry('J', "20 23 14 03"),
          Map.entry('K', "00 04|20 02 24"),
          Map.entry('L', "00 04 24"),
          Map.entry('N', "04 00 24 20"),
          Map.entry('P', "04 00 20 22 02"),
          Map.entry('T', "00 20|10 14"),
          Map.entry('U', "00 03 14 23 20"),
          Map.entry('X', "00 24|20 04"),
          Map.entry('Y', "00 12 20|12 14"),
          Map.entry('Z', "00 20 04 24"),
          Map.entry('3', "00 20 12 23 14 03"),
          Map.entry('4', "14 10 03 23"),
          Map.entry('7', "00 20 14"));

  private CaptchaPicture() {}

  /** A picture of the characters, shaken and crossed out by thin lines. */
  static String svg(String characters, RandomGenerator random) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(WIDTH + " " + HEIGHT)
        .append("\" role=\"img\"><g fill=\"none\" stroke=\"#1f3a5f\" stroke-width=\"3\"")
        .append(" stroke-linecap=\"round\" stroke-linejoin=\"round\">");
    int step = (WIDTH - 20) / characters.length();
    for (int i = 0; i < characters.length(); i++) {
      character(svg, STROKES.get(characters.charAt(i)), 14 + i * step, random);
    }
    svg.append("</g><g stroke=\"#7a8ba3\" stroke-width=\"1\">");
    for (int i = 0; i < NOISE_LINES; i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M0 %d L%d %d\"/>",
              random.nextInt(HEIGHT),
              WIDTH,
              random.nextInt(HEIGHT)));
    }
    return svg.append("</g></svg>").toString();
  }

  private static void character(
      StringBuilder svg, String strokes, int left, RandomGenerator random) {
    double tilt = (random.nextDouble() - 0.5) * 0.5;
    double size = 8 + random.nextDouble() * 2;
    double top = 8 + random.nextDouble() * 6;
    for (String stroke : strokes.split("\\|")) {
      svg.append("<path d=\"");
      char command = 'M';
      for (String point : stroke.split(" ")) {
        double x = (point.charAt(0) - '0') * size * 1.1;
        double y = (point.charAt(1) - '0') * size;
        double jitter = (random.nextDouble() - 0.5) * 2;
        svg.append(
            String.format(
                Locale.ROOT,
                "%c%.1f %.1f ",
                command,
                left + x + (4 * size / 2 - y) * tilt + jitter,
                top + y + jitter));
        command = 'L';
      }
      svg.append("\"/>");
    }
  }
}
