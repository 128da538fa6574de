package io.holdfast.web.console.login;

import io.holdfast.server.security.AccessPolicy;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Leads a user whose password was given by someone else to the page that changes it, whatever page
 * was asked for. That nothing else can be done is not decided here but by {@link AccessPolicy}.
 */
@WebFilter("/console/*")
public class PasswordChangeFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Inject transient AccessPolicy policy;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean work = ConsolePath.isConsolePage(ConsolePath.of(request));
    if (work
        && !ConsolePath.PASSWORD.equals(ConsolePath.of(request))
        && policy.caller().passwordChangeRequired()) {
      response.sendRedirect(request.getContextPath() + ConsolePath.PASSWORD);
      return;
    }
    chain.doFilter(request, response);
  }
}
