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
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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
    access.require(Permission.USER_MANAGE, ResourceRef.all(ResourceKind.USER));
    Wanted wanted = Required.body(body);
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : Required.value("roles", wanted.roles())) {
      roles.add(Required.choice("roles", Required.text("roles", role), Role.class, null));
    }
    return Entry.of(
        users.create(
            new NewUser(
                Required.text("name", wanted.name()),
                Required.text("password", wanted.password()),
                roles)));
  }
}
