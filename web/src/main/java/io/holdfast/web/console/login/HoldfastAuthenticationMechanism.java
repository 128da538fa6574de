package io.holdfast.web.console.login;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.security.TokenCredential;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
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
  private static final System.Logger LOG =
      System.getLogger(HoldfastAuthenticationMechanism.class.getName());
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
      try {
        CredentialValidationResult result =
            identities.validate(new TokenCredential(header.substring(BEARER.length()).strip()));
        return result.getStatus() == CredentialValidationResult.Status.VALID
            ? context.notifyContainerAboutLogin(result)
            : unauthorized(context);
      } catch (BackupException failure) {
        return undecided(context, failure);
      } catch (RuntimeException failure) {
        LOG.log(System.Logger.Level.ERROR, "A token could not be looked up", failure);
        return undecided(
            context,
            BackupException.causedBy(
                failure, ErrorCode.INTERNAL_ERROR, "what", failure.getClass().getSimpleName()));
      }
    }
    return context.isProtected() ? unauthorized(context) : context.doNothing();
  }

  private static AuthenticationStatus unauthorized(HttpMessageContext context) {
    context.getResponse().setHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    return context.responseUnauthorized();
  }

  /** The database could not be asked: the answer of REST is the same document as for any error. */
  private static AuthenticationStatus undecided(
      HttpMessageContext context, BackupException failure) {
    HttpServletResponse response = context.getResponse();
    response.setStatus(failure.kind().httpStatus());
    response.setContentType("application/problem+json;charset=UTF-8");
    JsonObject problem =
        Json.createObjectBuilder()
            .add("type", "urn:holdfast:error:" + failure.code().name())
            .add("title", failure.code().name())
            .add("status", failure.kind().httpStatus())
            .add("detail", failure.message(context.getRequest().getLocale()))
            .add("code", failure.code().number())
            .build();
    try {
      // Request read and answer closed: else the container sends an error page of its own after it.
      context.getRequest().getInputStream().transferTo(OutputStream.nullOutputStream());
      try (PrintWriter writer = response.getWriter()) {
        writer.write(problem.toString());
      }
    } catch (IOException unsent) {
      throw new UncheckedIOException(unsent);
    }
    return AuthenticationStatus.SEND_FAILURE;
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
