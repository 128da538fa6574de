package io.holdfast.web.console.login;

import java.io.Serializable;
import java.util.Set;

/**
 * Who signed in, as kept in the HTTP session.
 *
 * @param name the user's name
 * @param roles the roles at login
 */
record SignedIn(String name, Set<String> roles) implements Serializable {
  /** The session attribute. */
  static final String ATTRIBUTE = "io.holdfast.signedIn";
}
