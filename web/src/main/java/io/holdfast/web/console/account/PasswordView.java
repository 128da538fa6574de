package io.holdfast.web.console.account;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.PasswordChange;
import io.holdfast.server.security.UserService;
import io.holdfast.web.console.layout.Feedback;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/** Changes the signed-in user's password; after the first login nothing else is possible. */
@Named
@RequestScoped
public class PasswordView {
  @Inject UserService users;
  @Inject AccessPolicy policy;
  @Inject Feedback feedback;

  private String current;
  private String replacement;
  private String repeated;

  /** Changes the password and goes to the overview; null stays and says why not. */
  public String change() {
    if (!replacement.equals(repeated)) {
      feedback.refuse("repeated", "password.repeated.different");
      return null;
    }
    try {
      users.changeOwnPassword(new PasswordChange(current, replacement));
    } catch (BackupException error) {
      feedback.refuse(error.code() == ErrorCode.LOGIN_FAILED ? "current" : "replacement", error);
      return null;
    }
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    feedback.done("password.done", policy.caller().name());
    return "/console/overview/overview?faces-redirect=true";
  }

  /** Whether the password was given by someone else and must be changed now. */
  public boolean isForced() {
    return policy.caller().passwordChangeRequired();
  }

  /** Always empty: a password is never sent back. */
  public String getCurrent() {
    return null;
  }

  public void setCurrent(String current) {
    this.current = current;
  }

  /** Always empty: a password is never sent back. */
  public String getReplacement() {
    return null;
  }

  public void setReplacement(String replacement) {
    this.replacement = replacement;
  }

  /** Always empty: a password is never sent back. */
  public String getRepeated() {
    return null;
  }

  public void setRepeated(String repeated) {
    this.repeated = repeated;
  }
}
