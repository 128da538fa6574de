package io.holdfast.web.rest.session;

import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.CallerAddress;
import io.holdfast.server.security.Credentials;
import io.holdfast.server.security.IssuedToken;
import io.holdfast.server.security.PasswordChange;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.TokenService;
import io.holdfast.server.security.UserService;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;

/** {@code /session}: log in for a token, see who one is, change one's password, log out. */
@Path("/session")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class SessionResource {
  @Inject private TokenService tokens;
  @Inject private UserService users;
  @Inject private AccessPolicy access;
  @Inject private CallerAddress address;

  /** What a login takes. */
  public record Login(String user, String password) {}

  /**
   * A fresh token; with {@code passwordChangeRequired} only the password can be changed with it.
   */
  public record Token(String token, String expiresAt, boolean passwordChangeRequired) {}

  /** Who the token belongs to. */
  public record Me(String user, Set<Role> roles, boolean passwordChangeRequired) {}

  /** What a change of one's own password takes. All tokens of the user end with it. */
  public record NewPassword(String present, String fresh) {}

  @POST
  public Token login(Login login) {
    Required.body(login);
    IssuedToken token =
        tokens.login(
            new Credentials(
                Required.text("user", login.user()),
                Required.text("password", login.password()),
                address.get()));
    return new Token(token.token(), token.expiresAt().toString(), token.passwordChangeRequired());
  }

  @GET
  public Me me() {
    Caller caller = Required.login(access.caller());
    return new Me(caller.name(), caller.roles(), caller.passwordChangeRequired());
  }

  @POST
  @Path("/password")
  public void changePassword(NewPassword change) {
    Required.body(change);
    Required.login(access.caller());
    users.changeOwnPassword(
        new PasswordChange(
            Required.text("present", change.present()), Required.text("fresh", change.fresh())));
  }

  @DELETE
  public void logout(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
    if (authorization != null && authorization.startsWith("Bearer ")) {
      tokens.revoke(authorization.substring("Bearer ".length()).strip());
    }
  }
}
