package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The container's way to our users: {@link UsernamePasswordCredential} of the console's login and
 * {@link TokenCredential} of REST. Groups are the names of {@link Role}.
 */
@ApplicationScoped
public class DatabaseIdentityStore implements IdentityStore {
  @Inject LoginService logins;
  @Inject TokenService tokens;
  @Inject CallerAddress address;

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (credential instanceof UsernamePasswordCredential login) {
      try {
        return valid(
            logins.login(
                new Credentials(login.getCaller(), login.getPasswordAsString(), source())));
      } catch (BackupException refused) {
        return CredentialValidationResult.INVALID_RESULT;
      }
    }
    if (credential instanceof TokenCredential bearer) {
      return tokens
          .authenticate(bearer.token())
          .map(DatabaseIdentityStore::valid)
          .orElse(CredentialValidationResult.INVALID_RESULT);
    }
    return CredentialValidationResult.NOT_VALIDATED_RESULT;
  }

  private static CredentialValidationResult valid(User user) {
    Set<String> groups = user.roles().stream().map(Role::name).collect(Collectors.toSet());
    return new CredentialValidationResult(user.name(), groups);
  }

  private String source() {
    try {
      return address.get();
    } catch (ContextNotActiveException outsideARequest) {
      return "unknown";
    }
  }
}
