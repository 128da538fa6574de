package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Optional;

/** Checks user name and password, for the console's login and for tokens. Thread-safe. */
@ApplicationScoped
public class LoginService {
  private static final System.Logger LOG = System.getLogger(LoginService.class.getName());

  @Inject UserRepository users;
  @Inject Event<SecurityEvent> events;

  /**
   * The user, when the password is right and the user enabled; else LOGIN_FAILED, which never says
   * what was wrong. Takes as long for a name that does not exist. Each attempt is in the audit log.
   */
  public User login(Credentials credentials) {
    Optional<User> user = users.byName(credentials.userName());
    PasswordHash hash = user.map(User::passwordHash).orElse(PasswordHash.NOBODY);
    boolean right = hash.matches(credentials.password());
    if (!right || user.isEmpty() || !user.get().enabled()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Login refused: user {0} from {1}",
          printable(credentials.userName()),
          credentials.source());
      report(credentials, false);
      throw BackupException.of(ErrorCode.LOGIN_FAILED, "user", printable(credentials.userName()));
    }
    LOG.log(
        System.Logger.Level.INFO,
        "Login: user {0} from {1}",
        user.get().name(),
        credentials.source());
    report(credentials, true);
    return user.get();
  }

  private void report(Credentials credentials, boolean succeeded) {
    String name = printable(credentials.userName());
    events.fire(new SecurityEvent(name, credentials.source(), "login", name, succeeded));
  }

  /** The name as typed, without control characters and of bearable length, for log and message. */
  private static String printable(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 64 ? clean.substring(0, 64) : clean;
  }
}
