package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.state.StateFolder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** USR-01: users as the administrator keeps them, and a user's own password. */
@ApplicationScoped
@Transactional
public class UserService {
  private static final Pattern NAME = Pattern.compile("[a-z0-9._@-]{1,64}");

  @Inject UserRepository users;
  @Inject TokenRepository tokens;
  @Inject AccessPolicy policy;
  @Inject StateFolder state;
  @Inject Clock clock;
  @Inject Event<SecurityEvent> events;

  /** All users by name. Needs USER_VIEW. */
  public List<User> list() {
    policy.require(Permission.USER_VIEW, ResourceRef.all(ResourceKind.USER));
    return users.all();
  }

  /**
   * Makes a user, who must change the password at first login. INVALID_VALUE for a name or no role,
   * PASSWORD_TOO_WEAK, ALREADY_EXISTS. Needs USER_MANAGE.
   */
  public User create(NewUser wanted) {
    Caller caller = policy.require(Permission.USER_MANAGE, ResourceRef.all(ResourceKind.USER));
    String name = wanted.name().strip().toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw invalid("name", wanted.name(), "1…64: a-z 0-9 . _ @ -");
    }
    requireRole(wanted.roles());
    PasswordRule.check(name, wanted.password());
    if (users.byName(name).isPresent()) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "user", "name", name);
    }
    User user = new User(name, PasswordHash.of(wanted.password()), wanted.roles(), clock.instant());
    users.add(user);
    report(caller, "user-create", name);
    return user;
  }

  /** Replaces a user's roles; they hold from the user's next request. Needs USER_MANAGE. */
  public void changeRoles(String userId, Set<Role> roles) {
    Caller caller = requireManage(userId);
    requireRole(roles);
    User user = byId(userId);
    if (!roles.contains(Role.ADMINISTRATOR)) {
      requireAnotherAdministrator(user);
    }
    user.changeRoles(roles);
    report(caller, "user-roles", user.name());
  }

  /** Lets a user log in or not; a disabled user's tokens end at once. Needs USER_MANAGE. */
  public void enable(String userId, boolean on) {
    Caller caller = requireManage(userId);
    User user = byId(userId);
    if (!on) {
      requireAnotherAdministrator(user);
      tokens.revokeAllOf(userId, clock.instant());
    }
    user.enable(on);
    report(caller, on ? "user-enable" : "user-disable", user.name());
  }

  /** Gives a user a new password to be changed at the next login; tokens end. Needs USER_MANAGE. */
  public void resetPassword(String userId, String password) {
    Caller caller = requireManage(userId);
    User user = byId(userId);
    PasswordRule.check(user.name(), password);
    user.changePassword(PasswordHash.of(password), true, clock.instant());
    tokens.revokeAllOf(userId, clock.instant());
    report(caller, "password-reset", user.name());
  }

  /**
   * Deletes a user, whose name stays in runs and in the audit log. LAST_ADMINISTRATOR for the last
   * administrator, FORBIDDEN for the caller. Needs USER_MANAGE.
   */
  public void delete(String userId) {
    Caller caller = requireManage(userId);
    User user = byId(userId);
    requireAnotherAdministrator(user);
    if (userId.equals(caller.userId())) {
      throw BackupException.of(
          ErrorCode.FORBIDDEN,
          "user",
          caller.name(),
          "action",
          "user-delete",
          "resource",
          user.name());
    }
    users.remove(user);
    report(caller, "user-delete", user.name());
  }

  /**
   * Changes the present caller's own password; allowed to every logged-in user. LOGIN_FAILED when
   * the present password is wrong, PASSWORD_TOO_WEAK, INVALID_VALUE when nothing changes. The
   * caller's tokens end; the file with the first password goes.
   */
  public void changeOwnPassword(PasswordChange change) {
    Caller caller = policy.caller();
    if (caller.userId().isEmpty()) {
      throw BackupException.of(ErrorCode.LOGIN_FAILED, "user", caller.name());
    }
    User user = byId(caller.userId());
    if (!user.passwordHash().matches(change.present())) {
      events.fire(
          new SecurityEvent(user.name(), caller.source(), "password-change", user.name(), false));
      throw BackupException.of(ErrorCode.LOGIN_FAILED, "user", user.name());
    }
    PasswordRule.check(user.name(), change.fresh());
    if (change.present().equals(change.fresh())) {
      throw invalid("password", "…", "≠");
    }
    user.changePassword(PasswordHash.of(change.fresh()), false, clock.instant());
    tokens.revokeAllOf(user.id(), clock.instant());
    if (FirstAdministrator.NAME.equals(user.name())) {
      state.delete(FirstAdministrator.PASSWORD_FILE);
    }
    report(caller, "password-change", user.name());
  }

  private Caller requireManage(String userId) {
    return policy.require(Permission.USER_MANAGE, ResourceRef.of(ResourceKind.USER, userId));
  }

  private User byId(String userId) {
    return users
        .byId(userId)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "user", "id", userId));
  }

  private void requireAnotherAdministrator(User user) {
    boolean another =
        users.all().stream()
            .anyMatch(
                other ->
                    other.enabled()
                        && other.roles().contains(Role.ADMINISTRATOR)
                        && !other.id().equals(user.id()));
    if (!another) {
      throw BackupException.of(ErrorCode.LAST_ADMINISTRATOR, "user", user.name());
    }
  }

  private static void requireRole(Set<Role> roles) {
    if (roles.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "roles");
    }
  }

  private static BackupException invalid(String field, String value, String allowed) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", allowed);
  }

  private void report(Caller caller, String action, String subject) {
    events.fire(new SecurityEvent(caller.name(), caller.source(), action, subject, true));
  }
}
