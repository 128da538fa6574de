package io.holdfast.error;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A message within a message: the value of a parameter ({@code cause} above all) that is itself a
 * code with parameters, so that a whole sentence stands in the reader's language and not the cause
 * in the language of who found it. It is text, <code>⟦CODE⟨name⟩value…⟧</code>, and goes where
 * parameters go: over the wire, into logs and tables; {@link Messages#text} turns it into words.
 * Reasons side by side are a list. What the platform or the operating system itself said is {@link
 * #words}, and stays as it was said. Thread-safe.
 */
public final class Reason {
  private static final char BEGIN = '⟦';
  private static final char END = '⟧';
  private static final char NAME = '⟨';
  private static final char NAMED = '⟩';

  private Reason() {}

  /**
   * A reason of the product's own.
   *
   * @param namesAndValues names and values in turn; a value may be a reason
   */
  public static String of(ReasonCode code, Object... namesAndValues) {
    return text(code.name(), BackupException.parameters(namesAndValues));
  }

  /** An error that is kept as its code and parameters, as the reason of another message. */
  public static String of(ErrorCode code, Map<String, String> parameters) {
    return text(code.name(), parameters);
  }

  /** An error as the reason of another message; what is none of ours is in its own words. */
  public static String of(Throwable failure) {
    if (failure instanceof BackupException known) {
      return text(known.code().name(), known.parameters());
    }
    String said = failure.getMessage();
    return words(said == null || said.isBlank() ? failure.getClass().getSimpleName() : said);
  }

  /** What somebody else said, literally; a text that is a reason already stays one. */
  public static String words(String said) {
    return isReason(said) ? said : of(ReasonCode.WORDS, "words", said);
  }

  /** Several reasons for one thing. */
  public static String all(List<String> reasons) {
    return String.join("", reasons.stream().map(Reason::words).toList());
  }

  private static String text(String key, Map<String, String> parameters) {
    StringBuilder text = new StringBuilder().append(BEGIN).append(key);
    parameters.forEach(
        (name, value) -> text.append(NAME).append(name).append(NAMED).append(kept(value)));
    return text.append(END).toString();
  }

  /** A value that is no reason must not look like one. */
  private static String kept(String value) {
    return isReason(value)
        ? value
        : value.replace(BEGIN, '[').replace(END, ']').replace(NAME, '<').replace(NAMED, '>');
  }

  /** Whether a text consists of reasons, each with its end. */
  static boolean isReason(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (depth == 0 && c != BEGIN) {
        return false;
      }
      depth += c == BEGIN ? 1 : c == END ? -1 : 0;
    }
    return depth == 0 && !text.isEmpty();
  }

  /**
   * The text with its reasons told in a language. One that was cut off is told as far as it goes.
   */
  static String told(String text, Locale locale) {
    if (text.indexOf(BEGIN) < 0) {
      return text;
    }
    StringBuilder told = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) != BEGIN) {
        told.append(text.charAt(at++));
        continue;
      }
      int end = end(text, at);
      told.append(sentence(text.substring(at + 1, end), locale));
      at = Math.min(text.length(), end + 1);
      if (at < text.length() && text.charAt(at) == BEGIN) {
        told.append(Messages.text(ReasonCode.AND.name(), Map.of(), locale));
      }
    }
    return told.toString();
  }

  /** Where the reason that begins here ends: its bracket, or the end of a text that was cut. */
  private static int end(String text, int begin) {
    int depth = 0;
    for (int i = begin; i < text.length(); i++) {
      depth += text.charAt(i) == BEGIN ? 1 : text.charAt(i) == END ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return text.length();
  }

  private static String sentence(String inner, Locale locale) {
    List<String> parts = parts(inner);
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      int named = part.indexOf(NAMED);
      if (named > 0) {
        parameters.put(part.substring(0, named), part.substring(named + 1));
      }
    }
    return Messages.text(parts.get(0), parameters, locale);
  }

  /** The key, then name and value each; names of nested reasons are left alone. */
  private static List<String> parts(String inner) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      depth += c == BEGIN ? 1 : c == END ? -1 : 0;
      if (c == NAME && depth == 0) {
        parts.add(inner.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(inner.substring(from));
    return parts;
  }
}
