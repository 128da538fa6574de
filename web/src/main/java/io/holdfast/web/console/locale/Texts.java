package io.holdfast.web.console.locale;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Texts of the console in the reader's language. Thread-safe.
 *
 * <p>A missing key is a defect that a test of the bundles finds; it shows as the key.
 */
@Named("text")
@ApplicationScoped
public class Texts {
  /** Base name of the bundles. */
  public static final String BUNDLE = "io.holdfast.web.messages";

  private static final ResourceBundle.Control NO_FALLBACK =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private LanguageView language;

  protected Texts() {}

  @Inject
  public Texts(LanguageView language) {
    this.language = language;
  }

  /** The text of a key. */
  public String of(String key) {
    ResourceBundle bundle = bundle(language.getLocale());
    return bundle.containsKey(key) ? bundle.getString(key) : key;
  }

  /** The text of a key with {@code {0}} filled in. */
  public String of(String key, Object first) {
    return filled(key, first);
  }

  /** The text of a key with {@code {0}} and {@code {1}} filled in. */
  public String of(String key, Object first, Object second) {
    return filled(key, first, second);
  }

  /** The text of a key with {@code {0}} to {@code {2}} filled in. */
  public String of(String key, Object first, Object second, Object third) {
    return filled(key, first, second, third);
  }

  /** A state or other constant in words; empty for none. */
  public String state(Enum<?> constant) {
    return constant == null
        ? ""
        : of(constant.getDeclaringClass().getSimpleName() + "." + constant.name());
  }

  private String filled(String key, Object... arguments) {
    Object[] plain = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      plain[i] = arguments[i] instanceof Number number ? number.toString() : arguments[i];
    }
    return new MessageFormat(of(key), language.getLocale()).format(plain);
  }

  /** The bundle of a language: Chinese for {@code zh}, English for all others. */
  static ResourceBundle bundle(Locale locale) {
    Locale supported = "zh".equals(locale.getLanguage()) ? Locale.CHINESE : Locale.ENGLISH;
    return ResourceBundle.getBundle(BUNDLE, supported, Texts.class.getClassLoader(), NO_FALLBACK);
  }
}
