package io.holdfast.web.console.login;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Paths of console pages, as far as login and redirects must tell them apart. */
final class ConsolePath {
  static final String LOGIN = "/console/login/login.xhtml";
  static final String PASSWORD = "/console/account/password.xhtml";

  private static final Pattern PAGE =
      Pattern.compile(
          "/console/(?!login/|error/)[a-zA-Z]+/[a-zA-Z]+\\.xhtml(\\?[a-zA-Z0-9=&_-]*)?");

  private ConsolePath() {}

  /** Whether this is a page of our own that a login may lead to. */
  static boolean isConsolePage(String path) {
    return path != null && PAGE.matcher(path).matches();
  }

  /** The path of a request within the application. */
  static String of(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  /** Where to sign in, and then back to what the request asked for. */
  static String loginFor(HttpServletRequest request) {
    String query = request.getQueryString();
    String wanted = of(request) + (query == null ? "" : "?" + query);
    String login = request.getContextPath() + LOGIN;
    return "GET".equals(request.getMethod()) && isConsolePage(wanted)
        ? login + "?from=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8)
        : login;
  }
}
