package io.holdfast.error;

import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of errors and notices in English and Chinese, from {@code
 * io/holdfast/error/messages*.properties} (UTF-8). A text names its parameters in braces: <code>
 * VM {vm} was not found on {platform}.</code> Thread-safe.
 */
public final class Messages {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z_]+)\\}");
  private static final ResourceBundle.Control NO_FALLBACK =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private Messages() {}

  /**
   * The text under {@code key} with its parameters filled in; a parameter that was not given shows
   * as "?".
   */
  public static String text(String key, Map<String, String> parameters, Locale locale) {
    Matcher matcher = PARAMETER.matcher(pattern(key, locale));
    return matcher.replaceAll(
        match -> Matcher.quoteReplacement(parameters.getOrDefault(match.group(1), "?")));
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
    Locale supported = "zh".equals(locale.getLanguage()) ? Locale.CHINESE : Locale.ROOT;
    return ResourceBundle.getBundle(
        "io.holdfast.error.messages", supported, Messages.class.getClassLoader(), NO_FALLBACK);
  }
}
