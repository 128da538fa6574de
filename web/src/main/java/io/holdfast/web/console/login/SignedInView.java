package io.holdfast.web.console.login;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Who is signed in, and the way out. */
@Named("signedIn")
@RequestScoped
public class SignedInView {

  /** The user's name; empty for nobody. */
  public String getName() {
    String name = FacesContext.getCurrentInstance().getExternalContext().getRemoteUser();
    return name == null ? "" : name;
  }

  /** Ends the session and goes to the login page. */
  public void logout() {
    ExternalContext external = FacesContext.getCurrentInstance().getExternalContext();
    external.invalidateSession();
    try {
      external.redirect(external.getRequestContextPath() + ConsolePath.LOGIN);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
