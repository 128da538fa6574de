package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.captcha.CaptchaService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Policies as an operator handles them (JOB-01, JOB-02). Every method is one transaction; an error
 * leaves nothing changed. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional
public class PolicyService {
  @Inject private PolicyRepository policies;
  @Inject private PoolConnections pools;
  @Inject private PlatformConnections platforms;
  @Inject private AccessPolicy access;
  @Inject private AuditService audit;
  @Inject private CaptchaService captchas;
  @Inject private Clock clock;
  @Inject private Event<PolicyCreated> created;
  @Inject private Event<PolicyEdited> edited;
  @Inject private Event<PolicyDeleted> deleted;
  @Inject @Any private Instance<PolicyUse> uses;

  /**
   * Stores a new, enabled policy; an IMMEDIATE one runs once as soon as it is stored (PLAN-01).
   *
   * @param answer to a captcha; needed and used up by a job that skips silently (CAS-03)
   * @throws BackupException FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE, ALREADY_EXISTS
   *     (name), CAPTCHA_WRONG
   */
  public BackupPolicy create(PolicyDefinition definition, Optional<CaptchaAnswer> answer) {
    access.require(Permission.JOB_MANAGE, ResourceRef.all(ResourceKind.JOB));
    BackupPolicy policy = new BackupPolicy(UUID.randomUUID(), definition, clock.instant());
    checkNameFree(policy.getName(), policy.getId());
    if (skipsSilently(policy)) {
      confirm(answer);
    }
    checkPlace(definition);
    policies.add(policy);
    created.fire(new PolicyCreated(policy.getId(), policy.getPlanKind()));
    return policy;
  }

  /**
   * Replaces a policy's definition; a run under way keeps what it started with, except for the
   * speed limits, which hold for it at once.
   *
   * @param answer to a captcha; needed and used up when the job begins to skip silently (CAS-03)
   * @throws BackupException as {@link #create}
   */
  public BackupPolicy update(UUID id, PolicyDefinition definition, Optional<CaptchaAnswer> answer) {
    BackupPolicy policy = managed(id);
    checkPlace(definition);
    Retention before = policy.getRetention();
    boolean silentBefore = skipsSilently(policy);
    policy.define(definition);
    checkNameFree(policy.getName(), id);
    if (skipsSilently(policy) && !silentBefore) {
      confirm(answer);
    }
    if (policy.getRetention().mayKeepLessThan(before)) {
      audit.record(
          AuditedAction.done(
                  "job-retention-shorten",
                  ResourceRef.of(ResourceKind.JOB, id.toString()),
                  policy.getName())
              .with(before.summary() + " → " + policy.getRetention().summary()));
    }
    edited.fire(new PolicyEdited(id, policy.getOptions().limits()));
    return policy;
  }

  /**
   * Stores a copy under a new name, disabled until it is switched on, and never run by itself.
   *
   * @throws BackupException ALREADY_EXISTS when the name is taken
   */
  public BackupPolicy copy(UUID id, String newName) {
    PolicyDefinition from = managed(id).definition();
    PolicyDefinition.Plan plan =
        new PolicyDefinition.Plan(
            PlanKind.MANUAL, from.plan().backupType(), from.plan().retention());
    PolicyDefinition definition =
        new PolicyDefinition(
            newName,
            from.platformId(),
            from.content(),
            from.agentId(),
            from.poolId(),
            plan,
            from.options(),
            from.exclusions());
    BackupPolicy policy = new BackupPolicy(UUID.randomUUID(), definition, clock.instant());
    policy.setEnabled(false);
    checkNameFree(policy.getName(), policy.getId());
    policies.add(policy);
    return policy;
  }

  /**
   * Deletes a policy; its restore points and the history of its runs stay.
   *
   * @throws BackupException JOB_RUNNING while a run of it has not ended
   */
  public void delete(UUID id) {
    BackupPolicy policy = managed(id);
    for (PolicyUse use : uses) {
      if (use.isRunning(id)) {
        throw BackupException.of(ErrorCode.JOB_RUNNING, "job", policy.getName());
      }
    }
    policies.remove(policy);
    deleted.fire(new PolicyDeleted(policy.getPlatformId()));
  }

  /** Switches a policy on or off; a run under way goes on. */
  public BackupPolicy setEnabled(UUID id, boolean enabled) {
    BackupPolicy policy = managed(id);
    policy.setEnabled(enabled);
    return policy;
  }

  /** Policies whose name contains the text (case does not matter), by name. */
  public Page<BackupPolicy> list(String nameContains, PageRequest page) {
    access.require(Permission.JOB_VIEW, ResourceRef.all(ResourceKind.JOB));
    String wanted = nameContains == null ? "" : nameContains.strip();
    return new Page<>(policies.list(wanted, page), policies.count(wanted));
  }

  /** The policy of that id. */
  public BackupPolicy get(UUID id) {
    access.require(Permission.JOB_VIEW, ResourceRef.of(ResourceKind.JOB, id.toString()));
    return found(id);
  }

  /** Which options jobs on a platform have; of one that is gone all there are. */
  public KindOptions optionsOn(PlatformId platform) {
    access.require(Permission.JOB_VIEW, ResourceRef.all(ResourceKind.JOB));
    return KindOptions.of(
        platforms.find(platform).map(Platform::kind).orElse(PlatformKind.H3C_CAS));
  }

  /** The rules of a policy that the caller is about to edit. */
  public Retention retentionToEdit(UUID id) {
    return managed(id).getRetention();
  }

  private static boolean skipsSilently(BackupPolicy policy) {
    return policy.getOptions().handling().untracked() == UntrackedHandling.SKIP_SILENTLY;
  }

  private void confirm(Optional<CaptchaAnswer> answer) {
    captchas.check(
        answer.orElseThrow(() -> BackupException.of(ErrorCode.FIELD_MISSING, "field", "captcha")));
  }

  private BackupPolicy managed(UUID id) {
    access.require(Permission.JOB_MANAGE, ResourceRef.of(ResourceKind.JOB, id.toString()));
    return found(id);
  }

  private BackupPolicy found(UUID id) {
    return policies
        .find(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", id));
  }

  /** Pool and platform exist and have these options; the pool may be one of another agent. */
  private void checkPlace(PolicyDefinition definition) {
    if (definition.poolId() == null
        || definition.agentId() == null
        || definition.platformId() == null) {
      return;
    }
    KindOptions.of(platforms.platform(definition.platformId()).kind()).check(definition.options());
    pools.pool(definition.poolId());
  }

  private void checkNameFree(String name, UUID id) {
    policies
        .findByName(name)
        .filter(other -> !other.getId().equals(id))
        .ifPresent(
            other -> {
              throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "job", "name", name);
            });
  }
}
