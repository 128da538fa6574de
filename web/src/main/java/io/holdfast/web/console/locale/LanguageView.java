package io.holdfast.web.console.locale;

import jakarta.enterprise.context.SessionScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;

/**
 * The reader's language (CON-01): chosen on the page, else from the cookie of an earlier choice,
 * else the browser's first language that the console speaks. One per HTTP session.
 */
@Named("language")
@SessionScoped
public class LanguageView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String COOKIE = "hf-language";
  private static final int COOKIE_SECONDS = 365 * 24 * 3600;

  private Locale chosen;

  /** The language to answer in. */
  public Locale getLocale() {
    if (chosen == null) {
      chosen = fromRequest();
    }
    return chosen;
  }

  /** {@code zh} or {@code en}, for the page's {@code lang}. */
  public String getTag() {
    return getLocale().getLanguage();
  }

  /** Shows this page and all further ones in Chinese. */
  public void chinese() {
    choose(Locale.CHINESE);
  }

  /** Shows this page and all further ones in English. */
  public void english() {
    choose(Locale.ENGLISH);
  }

  private void choose(Locale locale) {
    chosen = locale;
    FacesContext faces = FacesContext.getCurrentInstance();
    faces.getViewRoot().setLocale(locale);
    faces
        .getExternalContext()
        .addResponseCookie(
            COOKIE,
            locale.getLanguage(),
            Map.of("path", "/", "maxAge", COOKIE_SECONDS, "httpOnly", true));
  }

  private static Locale fromRequest() {
    FacesContext faces = FacesContext.getCurrentInstance();
    HttpServletRequest request = (HttpServletRequest) faces.getExternalContext().getRequest();
    if (faces.getExternalContext().getRequestCookieMap().get(COOKIE) instanceof Cookie cookie) {
      return supported(Locale.forLanguageTag(cookie.getValue()));
    }
    return supported(request.getHeader("Accept-Language") == null ? null : request.getLocale());
  }

  private static Locale supported(Locale wanted) {
    return wanted != null && "zh".equals(wanted.getLanguage()) ? Locale.CHINESE : Locale.ENGLISH;
  }
}
