package io.holdfast.web.console.login;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.web.console.layout.Feedback;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.AuthenticationParameters;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The login page. It says only that name or password is wrong, never which. */
@Named
@RequestScoped
public class LoginView {
  private static final String HOME = "/console/overview/overview.xhtml";

  private SecurityContext security;
  private Feedback feedback;
  private String userName;
  private String password;
  private String from;

  protected LoginView() {}

  @Inject
  public LoginView(SecurityContext security, Feedback feedback) {
    this.security = security;
    this.feedback = feedback;
  }

  /** Signs in and goes to the page that was asked for first. */
  public void login() {
    FacesContext faces = FacesContext.getCurrentInstance();
    ExternalContext external = faces.getExternalContext();
    AuthenticationStatus status =
        security.authenticate(
            (HttpServletRequest) external.getRequest(),
            (HttpServletResponse) external.getResponse(),
            AuthenticationParameters.withParams()
                .credential(new UsernamePasswordCredential(userName, password)));
    if (status != AuthenticationStatus.SUCCESS) {
      external.setResponseStatus(HttpServletResponse.SC_OK);
      feedback.refuse(BackupException.of(ErrorCode.LOGIN_FAILED));
      return;
    }
    redirect(faces, ConsolePath.isConsolePage(from) ? from : HOME);
  }

  private static void redirect(FacesContext faces, String page) {
    try {
      ExternalContext external = faces.getExternalContext();
      external.redirect(external.getRequestContextPath() + page);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public String getUserName() {
    return userName;
  }

  public void setUserName(String userName) {
    this.userName = userName;
  }

  /** Always empty: a password is never sent back. */
  public String getPassword() {
    return null;
  }

  public void setPassword(String password) {
    this.password = password;
  }

  /** The page asked for before the login, a path within the application. */
  public String getFrom() {
    return from;
  }

  public void setFrom(String from) {
    this.from = from;
  }
}
