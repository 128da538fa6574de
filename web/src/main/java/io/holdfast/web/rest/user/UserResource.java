package io.holdfast.web.rest.user;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.NewUser;
import io.holdfast.server.security.Permission;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.User;
import io.holdfast.server.security.UserService;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@code /users}: who may log in, and as what (USR-01). */
@Path("/users")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class UserResource {
  @Inject private UserService users;
  @Inject private AccessPolicy access;

  /**
   * A user to be made.
   *
   * @param password must be changed at the first login
   * @param roles names of {@link Role}, at least one
   */
  public record Wanted(String name, String password, List<String> roles) {
    @Override
    public String toString() {
      return "Wanted[" + name + ", " + roles + "]";
    }
  }

  /** Names of {@link Role}, at least one. */
  public record Roles(List<String> roles) {}

  /** A new password. */
  public record Password(String password) {
    @Override
    public String toString() {
      return "Password[…]";
    }
  }

  /** A user without the password. */
  public record Entry(String id, String name, boolean enabled, Set<Role> roles) {
    static Entry of(User user) {
      return new Entry(user.id(), user.name(), user.enabled(), user.roles());
    }
  }

  @GET
  public List<Entry> list() {
    return users.list().stream().map(Entry::of).toList();
  }

  @POST
  public Entry create(Wanted body) {
    requireManage();
    Wanted wanted = Required.body(body);
    return Entry.of(
        users.create(
            new NewUser(
                Required.text("name", wanted.name()),
                Required.text("password", wanted.password()),
                roles(wanted.roles()))));
  }

  /** Replaces the roles; the last administrator keeps that role (409). */
  @PUT
  @Path("/{id}/roles")
  public void changeRoles(@PathParam("id") String id, Roles body) {
    requireManage();
    users.changeRoles(id, roles(Required.body(body).roles()));
  }

  /** Gives a new password, to be changed at the next login. */
  @POST
  @Path("/{id}/password")
  public void resetPassword(@PathParam("id") String id, Password body) {
    requireManage();
    users.resetPassword(id, Required.text("password", Required.body(body).password()));
  }

  @POST
  @Path("/{id}/enable")
  public void enable(@PathParam("id") String id) {
    users.enable(id, true);
  }

  /** The user's tokens end at once; refused for the last administrator (409). */
  @POST
  @Path("/{id}/disable")
  public void disable(@PathParam("id") String id) {
    users.enable(id, false);
  }

  /** What the user did stays in runs and in the audit log. */
  @DELETE
  @Path("/{id}")
  public void delete(@PathParam("id") String id) {
    users.delete(id);
  }

  private void requireManage() {
    access.require(Permission.USER_MANAGE, ResourceRef.all(ResourceKind.USER));
  }

  private static Set<Role> roles(List<String> names) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : Required.value("roles", names)) {
      roles.add(Required.choice("roles", Required.text("roles", role), Role.class, null));
    }
    return roles;
  }
}
