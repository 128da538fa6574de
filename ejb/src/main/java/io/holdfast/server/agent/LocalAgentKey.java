package io.holdfast.server.agent;

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

/**
 * Lets the agent that the launcher starts beside the server enrol without a person: with system
 * property {@code holdfast.local.agent=true} an access key is made once and written to {@code
 * local-agent-key} in the state folder, which only the installation's own user can read. Revoking
 * the key in the console ends it for good.
 */
@Singleton
@Startup
@DependsOn("DatabaseMigration")
@TransactionManagement(TransactionManagementType.BEAN)
public class LocalAgentKey {
  static final String KEY_FILE = "local-agent-key";
  static final String LABEL = "local agent";

  @Inject StateFolder state;
  @Inject AccessKeyRepository keys;
  @Inject CertificateAuthority authority;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  @PostConstruct
  void createOnce() {
    if (!Boolean.getBoolean("holdfast.local.agent")
        || transaction.call(keys::all).stream().anyMatch(key -> LABEL.equals(key.label()))) {
      return;
    }
    AccessKeyText text = AccessKeyText.generate(authority.fingerprint());
    state.write(KEY_FILE, text.text() + "\n");
    AccessKey key =
        new AccessKey(text.keyId(), text.secretHash(), LABEL, "system", clock.instant());
    transaction.run(() -> keys.add(key));
  }
}
