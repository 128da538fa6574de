package io.holdfast.web.console.users;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.security.NewUser;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.User;
import io.holdfast.server.security.UserService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.login.SignedInView;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The users, and the dialog that adds one or changes roles or password (USR-01). */
@Named
@ViewScoped
public class UsersView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject UserService users;
  @Inject SignedInView signedIn;
  @Inject Feedback feedback;

  /** What the dialog is for. */
  private enum Purpose {
    ADD,
    ROLES,
    PASSWORD
  }

  private transient List<User> rows;
  private Purpose purpose = Purpose.ADD;
  private String userId;
  private String name;
  private List<String> roles = new ArrayList<>();
  private String password;

  /** All users by name. */
  public List<User> getRows() {
    if (rows == null) {
      rows = feedback.attempt(users::list).orElse(List.of());
    }
    return rows;
  }

  /** Whether the row is the reader. */
  public boolean own(User row) {
    return row.name().equals(signedIn.getName());
  }

  /** A user's roles in the order of the table of roles. */
  public Set<Role> rolesOf(User row) {
    return row.roles().isEmpty() ? Set.of() : EnumSet.copyOf(row.roles());
  }

  /** Opens the dialog for a new user. */
  public void prepareAdd() {
    prepare(Purpose.ADD, null);
    roles = new ArrayList<>(List.of(Role.OPERATOR.name()));
  }

  /** Opens the dialog for a user's roles. */
  public void prepareRoles(User row) {
    prepare(Purpose.ROLES, row);
    rolesOf(row).forEach(role -> roles.add(role.name()));
  }

  /** Opens the dialog for a user's new password. */
  public void preparePassword(User row) {
    prepare(Purpose.PASSWORD, row);
  }

  private void prepare(Purpose wanted, User row) {
    purpose = wanted;
    userId = row == null ? null : row.id();
    name = row == null ? null : row.name();
    roles = new ArrayList<>();
    password = null;
  }

  /** Does what the dialog is for. */
  public void save() {
    String given = password;
    password = null;
    boolean saved =
        feedback.attempt(
            () -> {
              try {
                save(given);
              } catch (BackupException error) {
                if (error.code() != ErrorCode.PASSWORD_TOO_WEAK) {
                  throw error;
                }
                feedback.refuse("password", error);
              }
            });
    if (saved && !FacesContext.getCurrentInstance().isValidationFailed()) {
      feedback.done(doneKey(), name.strip().toLowerCase(Locale.ROOT));
    }
    rows = null;
  }

  private void save(String given) {
    switch (purpose) {
      case ADD -> users.create(new NewUser(name, given, chosenRoles()));
      case ROLES -> users.changeRoles(userId, chosenRoles());
      case PASSWORD -> users.resetPassword(userId, given);
    }
  }

  private String doneKey() {
    return switch (purpose) {
      case ADD -> "users.added";
      case ROLES -> "users.roles.changed";
      case PASSWORD -> "users.password.done";
    };
  }

  private Set<Role> chosenRoles() {
    Set<Role> chosen = EnumSet.noneOf(Role.class);
    roles.forEach(role -> chosen.add(Role.valueOf(role)));
    return chosen;
  }

  /** Lets a user log in or not. */
  public void setEnabled(User row, boolean on) {
    if (feedback.attempt(() -> users.enable(row.id(), on))) {
      feedback.done(on ? "users.enabled.done" : "users.disabled.done", row.name());
    }
    rows = null;
  }

  /** Deletes a user; what the user did stays in runs and audit log. */
  public void delete(User row) {
    if (feedback.attempt(() -> users.delete(row.id()))) {
      feedback.done("users.deleted", row.name());
    }
    rows = null;
  }

  /** Key of the sentence that says what a role may. */
  public String explanation(Role role) {
    return switch (role) {
      case ADMINISTRATOR -> "users.role.administrator";
      case OPERATOR -> "users.role.operator";
      case AUDITOR -> "users.role.auditor";
    };
  }

  public Role[] getAllRoles() {
    return Role.values();
  }

  public boolean isAdding() {
    return purpose == Purpose.ADD;
  }

  public boolean isAskingRoles() {
    return purpose != Purpose.PASSWORD;
  }

  public boolean isAskingPassword() {
    return purpose != Purpose.ROLES;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public List<String> getRoles() {
    return roles;
  }

  public void setRoles(List<String> roles) {
    this.roles = roles;
  }

  /** Always empty: a password is typed each time and never sent back. */
  public String getPassword() {
    return null;
  }

  public void setPassword(String password) {
    this.password = password;
  }
}
