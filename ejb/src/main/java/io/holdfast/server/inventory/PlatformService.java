package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.UsageCheck;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import io.holdfast.server.security.SecretVault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;

/**
 * RES-01, RES-07: platforms as people keep them. Settings are tested before they are saved. Methods
 * that ask the platform must not be called in a transaction and open none around the question.
 * Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PlatformService {
  @Inject PlatformRepository platforms;
  @Inject PlatformTester tester;
  @Inject PlatformConnections connections;
  @Inject InventoryCache cache;
  @Inject PlatformReachability reachability;
  @Inject SecretVault vault;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject UsageCheck usage;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /**
   * Tests and saves a platform. FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE, ALREADY_EXISTS
   * for the name, else what the test found; nothing is saved then. Needs PLATFORM_MANAGE.
   */
  public Platform add(PlatformSettings settings) {
    policy.require(Permission.PLATFORM_MANAGE, ResourceRef.all(ResourceKind.PLATFORM));
    PlatformRules.check(settings, true);
    PlatformId id = PlatformId.random();
    transaction.run(() -> requireNameFree(settings.name(), id));
    PlatformTest test = tester.test(settings, id.value());
    Platform platform =
        new Platform(id, settings, vault.seal(id.value(), settings.password()), clock.instant());
    platform.tested(test);
    transaction.run(
        () -> {
          requireNameFree(settings.name(), id);
          platforms.add(platform);
          audit.record(AuditedAction.done("platform-add", ref(id), platform.name()));
        });
    reachability.answered(id, reachability.question());
    return platform;
  }

  /**
   * Tests and saves changed settings; an empty password keeps the present one, the kind cannot
   * change. Errors as {@link #add}, NOT_FOUND. Needs PLATFORM_MANAGE.
   */
  public Platform change(PlatformId id, PlatformSettings wanted) {
    policy.require(Permission.PLATFORM_MANAGE, ref(id));
    PlatformSettings settings = withPassword(id, wanted);
    transaction.run(() -> requireNameFree(settings.name(), id));
    PlatformTest test = tester.test(settings, id.value());
    String sealed = vault.seal(id.value(), settings.password());
    Platform changed =
        transaction.call(
            () -> {
              Platform platform = connections.platform(id);
              requireNameFree(settings.name(), id);
              platform.change(settings, sealed);
              platform.tested(test);
              audit.record(AuditedAction.done("platform-change", ref(id), platform.name()));
              return platform;
            });
    cache.forget(id);
    reachability.forget(id);
    reachability.answered(id, reachability.question());
    return changed;
  }

  /**
   * RES-06: another name and other tags, without asking the platform, which may be away. Errors of
   * {@link PlatformLabel}, FIELD_MISSING, ALREADY_EXISTS, NOT_FOUND. Needs PLATFORM_MANAGE.
   */
  public Platform label(PlatformId id, PlatformLabel label) {
    policy.require(Permission.PLATFORM_MANAGE, ref(id));
    PlatformRules.checkName(label.name());
    return transaction.call(
        () -> {
          Platform platform = connections.platform(id);
          requireNameFree(label.name(), id);
          platform.label(label);
          audit.record(AuditedAction.done("platform-change", ref(id), platform.name()));
          return platform;
        });
  }

  /** Tests settings without saving them; errors as {@link #add}. Needs PLATFORM_MANAGE. */
  public PlatformTest test(PlatformSettings settings) {
    policy.require(Permission.PLATFORM_MANAGE, ResourceRef.all(ResourceKind.PLATFORM));
    PlatformRules.check(settings, true);
    return tester.test(settings, PlatformId.random().value());
  }

  /** Tests a saved platform as it is; {@link #reach} tells what came of it. Needs PLATFORM_VIEW. */
  public PlatformTest testSaved(PlatformId id) {
    policy.require(Permission.PLATFORM_VIEW, ref(id));
    PlatformTest test = asked(id);
    transaction.run(() -> connections.platform(id).tested(test));
    return test;
  }

  private PlatformTest asked(PlatformId id) {
    long question = reachability.question();
    PlatformSettings settings = settingsOf(connections.platform(id));
    try {
      PlatformTest test = tester.test(settings, id.value());
      reachability.answered(id, question);
      return test;
    } catch (BackupException problem) {
      reachability.failed(id, question, problem);
      throw problem;
    }
  }

  /** RES-06: whether it answered when it was asked last; asks nobody. Needs PLATFORM_VIEW. */
  public PlatformReach reach(PlatformId id) {
    policy.require(Permission.PLATFORM_VIEW, ref(id));
    return reachability.of(id);
  }

  /** All platforms by name. Needs PLATFORM_VIEW. */
  public List<Platform> list() {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.all(ResourceKind.PLATFORM));
    return platforms.all();
  }

  /** One platform; NOT_FOUND. Needs PLATFORM_VIEW. */
  public Platform get(PlatformId id) {
    policy.require(Permission.PLATFORM_VIEW, ref(id));
    return connections.platform(id);
  }

  /**
   * Forgets a platform; its restore points stay. RESOURCE_IN_USE while a job names it. Needs
   * PLATFORM_MANAGE.
   */
  public void remove(PlatformId id) {
    policy.require(Permission.PLATFORM_MANAGE, ref(id));
    transaction.run(
        () -> {
          Platform platform = connections.platform(id);
          usage.requireUnused(ref(id), platform.name());
          platforms.remove(platform);
          audit.record(AuditedAction.done("platform-remove", ref(id), platform.name()));
        });
    cache.forget(id);
    reachability.forget(id);
  }

  private PlatformSettings withPassword(PlatformId id, PlatformSettings wanted) {
    PlatformRules.check(wanted, false);
    Platform saved = connections.platform(id);
    if (saved.kind() != wanted.kind()) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "kind",
          "value",
          wanted.kind().wireName(),
          "expected",
          saved.kind().wireName());
    }
    String password =
        wanted.password().isEmpty() ? connections.access(id).getPassword() : wanted.password();
    return new PlatformSettings(
        wanted.name(),
        wanted.kind(),
        wanted.address(),
        wanted.tls(),
        wanted.port(),
        wanted.user(),
        password,
        wanted.backupHost());
  }

  private PlatformSettings settingsOf(Platform saved) {
    return new PlatformSettings(
        saved.name(),
        saved.kind(),
        saved.address(),
        saved.tls(),
        OptionalInt.of(saved.port()),
        saved.userName(),
        connections.access(saved.id()).getPassword(),
        saved.backupHost());
  }

  private void requireNameFree(String name, PlatformId own) {
    if (platforms.byName(name).filter(other -> !other.id().equals(own)).isPresent()) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "platform", "name", name);
    }
  }

  private static ResourceRef ref(PlatformId id) {
    return ResourceRef.of(ResourceKind.PLATFORM, id.value());
  }
}
