package io.holdfast.server.ceph;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.UsageCheck;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;

/**
 * RES-03: the Ceph pools of a platform as people keep them. Each is looked for in its cluster and
 * on the platform before it is saved. Methods that ask must not be called in a transaction and open
 * none around the question. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class CephStorageService {
  @Inject CephStorageRepository storages;
  @Inject PlatformConnections platforms;
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject UsageCheck usage;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /**
   * Checks and saves a pool. FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE, ALREADY_EXISTS for a
   * pool that this backup host reaches already, else what the backup host found: CEPH_UNREACHABLE,
   * CEPH_LOGIN_REFUSED, CEPH_CONFIGURATION_UNREADABLE, CEPH_POOL_MISSING, CEPH_LIBRARY_MISSING and
   * others; nothing is saved then. Needs PLATFORM_MANAGE.
   */
  public CephStorage add(PlatformId platform, CephStorageSettings settings) {
    policy.require(Permission.PLATFORM_MANAGE, ref(platform));
    requireOnCeph(platform);
    CephStorageRules.check(settings);
    CephStorageId id = CephStorageId.random();
    transaction.run(() -> requireFree(platform, settings, id));
    ask(platform, settings);
    CephStorage storage = new CephStorage(id, platform, settings, clock.instant());
    transaction.run(
        () -> {
          requireFree(platform, settings, id);
          storages.add(storage);
          record("ceph-storage-add", platform, settings);
        });
    return storage;
  }

  /**
   * Checks and saves changed settings; another pool or backup host only while no job needs the
   * present one. Errors as {@link #add}, RESOURCE_IN_USE. Needs PLATFORM_MANAGE.
   */
  public CephStorage change(PlatformId platform, CephStorageId id, CephStorageSettings settings) {
    policy.require(Permission.PLATFORM_MANAGE, ref(platform));
    CephStorageRules.check(settings);
    transaction.run(() -> requireChangeable(platform, id, settings));
    ask(platform, settings);
    return transaction.call(
        () -> {
          CephStorage storage = requireChangeable(platform, id, settings);
          storage.change(settings);
          record("ceph-storage-change", platform, settings);
          return storage;
        });
  }

  /** Checks settings without saving them; errors as {@link #add}. Needs PLATFORM_MANAGE. */
  public void test(PlatformId platform, CephStorageSettings settings) {
    policy.require(Permission.PLATFORM_MANAGE, ref(platform));
    requireOnCeph(platform);
    CephStorageRules.check(settings);
    ask(platform, settings);
  }

  /** The pools of a platform by name. Needs PLATFORM_VIEW. */
  public List<CephStorage> list(PlatformId platform) {
    policy.require(Permission.PLATFORM_VIEW, ref(platform));
    platforms.platform(platform);
    return storages.of(platform);
  }

  /** Forgets a pool. RESOURCE_IN_USE while a job names the platform. Needs PLATFORM_MANAGE. */
  public void remove(PlatformId platform, CephStorageId id) {
    policy.require(Permission.PLATFORM_MANAGE, ref(platform));
    transaction.run(
        () -> {
          CephStorage storage = found(platform, id);
          requireUnused(storage);
          storages.remove(storage);
          record("ceph-storage-remove", platform, storage.settings());
        });
  }

  private void requireOnCeph(PlatformId platform) {
    if (!platforms.platform(platform).kind().isOnCeph()) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "kind",
          "value",
          platforms.platform(platform).kind().wireName(),
          "expected",
          "Ceph");
    }
  }

  private CephStorage requireChangeable(
      PlatformId platform, CephStorageId id, CephStorageSettings settings) {
    CephStorage storage = found(platform, id);
    CephStorageSettings before = storage.settings();
    if (!before.pool().equals(settings.pool())
        || !before.backupHost().equals(settings.backupHost())) {
      requireUnused(storage);
    }
    requireFree(platform, settings, id);
    return storage;
  }

  private void requireUnused(CephStorage storage) {
    usage.requireUnused(ref(storage.platform()), "Ceph storage", storage.settings().pool());
  }

  /** The cluster must have the pool, and the platform too. */
  private void ask(PlatformId platform, CephStorageSettings settings) {
    PlatformAccess access =
        platforms.access(platform, settings.backupHost()).toBuilder()
            .clearCephStorages()
            .addCephStorages(settings.toProtocol())
            .build();
    gateway
        .platformQueries(settings.backupHost())
        .testPlatform(TestPlatformRequest.newBuilder().setPlatform(access).build());
  }

  private void requireFree(PlatformId platform, CephStorageSettings settings, CephStorageId own) {
    boolean taken =
        storages.of(platform).stream()
            .filter(other -> !other.id().equals(own))
            .map(CephStorage::settings)
            .anyMatch(
                other ->
                    other.pool().equals(settings.pool())
                        && other.backupHost().equals(settings.backupHost()));
    if (taken) {
      throw BackupException.of(
          ErrorCode.ALREADY_EXISTS, "what", "Ceph storage", "name", settings.pool());
    }
  }

  private CephStorage found(PlatformId platform, CephStorageId id) {
    return storages
        .byId(id)
        .filter(storage -> storage.platform().equals(platform))
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "Ceph storage", "id", id));
  }

  private void record(String action, PlatformId platform, CephStorageSettings settings) {
    audit.record(AuditedAction.done(action, ref(platform), settings.pool()));
  }

  private static ResourceRef ref(PlatformId id) {
    return ResourceRef.of(ResourceKind.PLATFORM, id.value());
  }
}
