package io.holdfast.error;

import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of errors and notices in English and Chinese, from {@code
 * io/holdfast/error/messages*.properties} (UTF-8). A text names its parameters in braces: <code>
 * VM {vm} was not found on {platform}.</code> A count of bytes that need not be exact is written
 * <code>{read:size}</code> and told in KiB, MiB and so on. Thread-safe.
 */
public final class Messages {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z_]+)(:size)?\\}");
  private static final Set<String> TERMS =
      Set.of("what", "field", "type", "state", "key", "advice");
  private static final ResourceBundle.Control NO_FALLBACK =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private Messages() {}

  /**
   * The text under {@code key} with its parameters filled in; a parameter that was not given shows
   * as "?". Kinds of things, names of fields, types, states and kinds of keys ({@code what}, {@code
   * field}, {@code type}, {@code state}, {@code key}, {@code advice}) are told in the reader's
   * language where bundle {@code terms} has them under {@code what.<value>}, {@code field.<value>}
   * and so on, blanks as underscores. A value that is a {@link Reason} is told in that language
   * too.
   */
  public static String text(String key, Map<String, String> parameters, Locale locale) {
    Matcher matcher = PARAMETER.matcher(pattern(key, locale));
    return matcher.replaceAll(
        match ->
            Matcher.quoteReplacement(
                match.group(2) == null
                    ? told(match.group(1), parameters.getOrDefault(match.group(1), "?"), locale)
                    : size(parameters.getOrDefault(match.group(1), "?"))));
  }

  /** A count of bytes as people read it; what is no count stays as it is. */
  private static String size(String value) {
    if (!value.matches("\\d{1,18}")) {
      return value;
    }
    long bytes = Long.parseLong(value);
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    int unit = 0;
    double count = bytes;
    while (count >= 1024 && unit < units.length - 1) {
      count /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, count < 10 ? "%.2f %s" : "%.1f %s", count, units[unit]);
  }

  /**
   * A word of the product in the reader's language: {@code kind} "property" with the names of
   * {@code VmProperty}, "reason" with those of {@code DifferenceReason}, and what {@link #text}
   * knows. A word without a text stays as it is.
   */
  public static String word(String kind, String value, Locale locale) {
    String key = kind + "." + value.replace(' ', '_');
    ResourceBundle terms = bundle("io.holdfast.error.terms", locale);
    return terms.containsKey(key) ? terms.getString(key) : value;
  }

  /**
   * A parameter's value as {@link #text} would tell it: its {@link Reason}s in words, all else as
   * it is.
   */
  public static String value(String value, Locale locale) {
    return Reason.told(value, locale);
  }

  private static String told(String parameter, String value, Locale locale) {
    return Reason.told(term(parameter, value, locale), locale);
  }

  private static String term(String parameter, String value, Locale locale) {
    if (!TERMS.contains(parameter)) {
      return value;
    }
    String told = word(parameter, value, locale);
    return parameter.equals("what") && told.equals(value) ? word("property", value, locale) : told;
  }

  private static String pattern(String key, Locale locale) {
    try {
      return bundle(locale).getString(key);
    } catch (MissingResourceException unknown) {
      return key;
    }
  }

  /** The bundle of a language: Chinese for any {@code zh}, English for all others. */
  public static ResourceBundle bundle(Locale locale) {
    return bundle("io.holdfast.error.messages", locale);
  }

  private static ResourceBundle bundle(String name, Locale locale) {
    Locale supported = "zh".equals(locale.getLanguage()) ? Locale.CHINESE : Locale.ROOT;
    return ResourceBundle.getBundle(name, supported, Messages.class.getClassLoader(), NO_FALLBACK);
  }
}
