package io.holdfast.server.security;

import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.state.StateFolder;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.EnumSet;

/**
 * Makes user {@value #NAME} when there is no user at all. Its password is generated, written only
 * to the file {@code initial-admin-password} in the state folder, never to a log; it must be
 * changed at first login, which deletes the file. The file is written before the user: a crash
 * between leaves a file that the next start replaces.
 */
@Singleton
@Startup
@DependsOn("DatabaseMigration")
@TransactionManagement(TransactionManagementType.BEAN)
public class FirstAdministrator {
  public static final String NAME = "admin";
  public static final String PASSWORD_FILE = "initial-admin-password";
  private static final System.Logger LOG = System.getLogger(FirstAdministrator.class.getName());

  @Inject UserRepository users;
  @Inject ShortTransaction transaction;
  @Inject StateFolder state;
  @Inject Clock clock;

  @PostConstruct
  void createWhenThereIsNobody() {
    if (!users.all().isEmpty()) {
      return;
    }
    String password = PasswordRule.generate();
    state.write(PASSWORD_FILE, password + "\n");
    User admin =
        new User(
            NAME,
            PasswordHash.of(password),
            EnumSet.of(Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR),
            clock.instant());
    transaction.run(() -> users.add(admin));
    LOG.log(
        System.Logger.Level.WARNING,
        "FIRST START: log in as user \"{0}\" with the password in the file \"{1}\" of the state folder and change it",
        NAME,
        PASSWORD_FILE);
  }
}
