package io.holdfast.web.console.login;

import io.holdfast.server.security.TokenCredential;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How a request shows whose it is: pages by the HTTP session that the login page opened. A page
 * asked for without one leads to the login page and back; an Ajax request gets a redirect its
 * script understands. REST ({@code /api}) by a bearer token with each request, never by the
 * session, so that a foreign page cannot borrow it; it answers 401 and never leads to the login
 * page. Thread-safe; keeps nothing but the session attribute.
 */
@ApplicationScoped
public class HoldfastAuthenticationMechanism implements HttpAuthenticationMechanism {
  private static final String API = "/api/";
  private static final String BEARER = "Bearer ";

  private IdentityStoreHandler identities;

  protected HoldfastAuthenticationMechanism() {}

  @Inject
  public HoldfastAuthenticationMechanism(IdentityStoreHandler identities) {
    this.identities = identities;
  }

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    if (ConsolePath.of(request).startsWith(API)) {
      return bearer(request, context);
    }
    Credential credential = context.getAuthParameters().getCredential();
    if (credential != null) {
      return login(request, credential, context);
    }
    SignedIn signedIn = signedIn(request);
    if (signedIn != null) {
      return context.notifyContainerAboutLogin(signedIn.name(), signedIn.roles());
    }
    if (context.isProtected()) {
      askForLogin(request, response);
      return AuthenticationStatus.SEND_CONTINUE;
    }
    return context.doNothing();
  }

  /** A wrong token is refused even where none is needed; no token is nobody. */
  private AuthenticationStatus bearer(HttpServletRequest request, HttpMessageContext context) {
    String header = request.getHeader("Authorization");
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      CredentialValidationResult result =
          identities.validate(new TokenCredential(header.substring(BEARER.length()).strip()));
      return result.getStatus() == CredentialValidationResult.Status.VALID
          ? context.notifyContainerAboutLogin(result)
          : unauthorized(context);
    }
    return context.isProtected() ? unauthorized(context) : context.doNothing();
  }

  private static AuthenticationStatus unauthorized(HttpMessageContext context) {
    context.getResponse().setHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    return context.responseUnauthorized();
  }

  private AuthenticationStatus login(
      HttpServletRequest request, Credential credential, HttpMessageContext context) {
    CredentialValidationResult result = identities.validate(credential);
    if (result.getStatus() != CredentialValidationResult.Status.VALID) {
      return AuthenticationStatus.SEND_FAILURE;
    }
    request.getSession(true);
    request.changeSessionId();
    request
        .getSession()
        .setAttribute(
            SignedIn.ATTRIBUTE,
            new SignedIn(result.getCallerPrincipal().getName(), result.getCallerGroups()));
    return context.notifyContainerAboutLogin(result);
  }

  private static SignedIn signedIn(HttpServletRequest request) {
    return request.getSession(false) != null
            && request.getSession(false).getAttribute(SignedIn.ATTRIBUTE) instanceof SignedIn found
        ? found
        : null;
  }

  private static void askForLogin(HttpServletRequest request, HttpServletResponse response) {
    String login = ConsolePath.loginFor(request);
    try {
      if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
        response.setContentType("text/xml;charset=UTF-8");
        response
            .getWriter()
            .write(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><partial-response><redirect url=\""
                    + login.replace("&", "&amp;")
                    + "\"/></partial-response>");
      } else {
        response.sendRedirect(login);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
