package io.holdfast.servertest.inside;

import io.holdfast.server.security.NewUser;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.UserService;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Users of the tests; each call makes a new one. */
public final class Accounts {
  /** What {@code FirstStartTest} gives the first administrator. */
  public static final String ADMIN_PASSWORD = "Korrekt-Pferd-7";

  private static final String GIVEN = "given-Wort-11";
  private static final String CHOSEN = "chosen-Wort-22";

  private Accounts() {}

  /** A caller of a new user that has these roles and has changed its password. */
  public static Http with(Role... roles) {
    String name = "t" + UUID.randomUUID();
    create(name, roles);
    Http fresh = Http.anonymous().with(Http.anonymous().login(name, GIVEN));
    fresh.post("/session/password", Map.of("present", GIVEN, "fresh", CHOSEN)).expect(200);
    return Http.anonymous().with(Http.anonymous().login(name, CHOSEN));
  }

  /** A new user that has not logged in; its password. */
  public static String create(String name, Role... roles) {
    NewUser user = new NewUser(name, GIVEN, Set.of(roles));
    Beans.asServer(() -> Beans.get(UserService.class).create(user));
    return GIVEN;
  }
}
