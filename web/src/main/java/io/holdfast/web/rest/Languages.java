package io.holdfast.web.rest;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;

/** The language of an answer. */
public final class Languages {
  private Languages() {}

  /** The first of Accept-Language that the product speaks; English when there is none. */
  public static Locale of(HttpHeaders headers) {
    return headers.getAcceptableLanguages().stream()
        .filter(locale -> "zh".equals(locale.getLanguage()) || "en".equals(locale.getLanguage()))
        .findFirst()
        .orElse(Locale.ENGLISH);
  }
}
