package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.captcha.CaptchaService;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunLimits;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Restores as an operator handles them (RST-01, RST-07). Methods that ask the backup host or the
 * captcha run outside a transaction; what they store is stored at once or not at all. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
public class RestoreService {
  @Inject private RestoreRepository restores;
  @Inject private RestorePlanner planner;
  @Inject private CaptchaService captchas;
  @Inject private RunStarter starter;
  @Inject private RunLimits limits;
  @Inject private ShortTransaction transaction;
  @Inject private AccessPolicy access;
  @Inject private Clock clock;

  /**
   * Asks the backup host what the restore would do; nothing is changed and nothing stored.
   *
   * @throws BackupException the backup host's refusal: VM_NAME_TAKEN, TARGET_STORAGE_FULL,
   *     NETWORK_PROFILE_MISSING and others; AGENT_UNREACHABLE
   */
  public RestorePreview plan(RestoreDefinition definition) {
    access.require(Permission.RESTORE_RUN, ResourceRef.all(ResourceKind.RESTORE));
    RestoreRules.check(definition);
    return planner.preview(definition);
  }

  /** What restores to a platform can be. */
  public KindRestores kindOn(PlatformId platform) {
    access.require(Permission.RUN_VIEW, ResourceRef.all(ResourceKind.RESTORE));
    return planner.kindOn(platform);
  }

  /**
   * Stores a restore job; it runs when it is started.
   *
   * @param answer to a captcha of {@link CaptchaService#issue}; used up by this call
   * @throws BackupException CAPTCHA_WRONG; FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE
   */
  public RestoreJob create(String name, RestoreDefinition definition, CaptchaAnswer answer) {
    Caller caller = access.require(Permission.RESTORE_RUN, ResourceRef.all(ResourceKind.RESTORE));
    captchas.check(answer);
    RestoreJob job =
        new RestoreJob(
            UUID.randomUUID(), name, List.of(definition), caller.name(), clock.instant());
    planner.requireKind(definition);
    transaction.run(() -> restores.add(job));
    return job;
  }

  /**
   * Stores a restore job and starts it: the wizard's last click, one captcha for both.
   *
   * @throws BackupException as {@link #create} and {@link #start}; then nothing is stored
   */
  public BackupRun createAndStart(String name, RestoreDefinition definition, CaptchaAnswer answer) {
    return createAndStart(name, List.of(definition), answer);
  }

  /**
   * Stores a restore of one VM or of many and starts it, with one captcha for all. The VMs of a
   * batch come from one pool and go to one platform; they make one run, with its limits (OPT-03,
   * OPT-04).
   *
   * @throws BackupException as {@link #create} and {@link #start}; then nothing is stored
   */
  public BackupRun createAndStart(
      String name, List<RestoreDefinition> definitions, CaptchaAnswer answer) {
    Caller caller = access.require(Permission.RESTORE_RUN, ResourceRef.all(ResourceKind.RESTORE));
    captchas.check(answer);
    RestoreJob job =
        new RestoreJob(UUID.randomUUID(), name, definitions, caller.name(), clock.instant());
    List<RestorePlanner.Target> targets = planner.targets(definitions);
    return transaction.call(
        () -> {
          restores.add(job);
          return enqueue(job, targets, caller.name());
        });
  }

  /**
   * Runs a kept restore job (again).
   *
   * @throws BackupException CAPTCHA_WRONG; JOB_RUNNING while a run of it has not ended; what has
   *     become impossible since, as {@link #plan}
   */
  public BackupRun start(UUID restoreJobId, CaptchaAnswer answer) {
    Caller caller = access.require(Permission.RESTORE_RUN, ref(restoreJobId));
    RestoreJob job = found(restoreJobId);
    captchas.check(answer);
    List<RestorePlanner.Target> targets = planner.targets(job.getDefinitions());
    return transaction.call(() -> enqueue(job, targets, caller.name()));
  }

  private BackupRun enqueue(RestoreJob job, List<RestorePlanner.Target> targets, String startedBy) {
    List<UUID> taskIds = new ArrayList<>();
    for (RestoreDefinition definition : job.getDefinitions()) {
      UUID taskId = UUID.randomUUID();
      taskIds.add(taskId);
      restores.add(new RestoreOrder(taskId, definition));
    }
    return starter.start(
        planner.runOrder(job, targets.get(0)),
        taskIds,
        targets.stream().map(RestorePlanner.Target::vm).toList(),
        startedBy);
  }

  /**
   * Replaces name and definition; a run under way keeps what it started with, except for the speed
   * limits, which hold for it at once.
   *
   * @throws BackupException FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE
   */
  public RestoreJob update(UUID restoreJobId, String name, RestoreDefinition definition) {
    access.require(Permission.RESTORE_RUN, ref(restoreJobId));
    return transaction.call(
        () -> {
          RestoreJob job = found(restoreJobId);
          job.define(name, List.of(definition));
          limits.jobEdited(restoreJobId, definition.options().limits());
          return job;
        });
  }

  /**
   * Deletes a restore job; the history of its runs stays.
   *
   * @throws BackupException JOB_RUNNING while a run of it has not ended
   */
  public void delete(UUID restoreJobId) {
    access.require(Permission.RESTORE_RUN, ref(restoreJobId));
    transaction.run(
        () -> {
          RestoreJob job = found(restoreJobId);
          if (starter.isRunning(restoreJobId)) {
            throw BackupException.of(ErrorCode.JOB_RUNNING, "job", job.getName());
          }
          restores.remove(job);
        });
  }

  /** Restore jobs whose name contains the text (case does not matter), newest first. */
  public Page<RestoreJob> list(String nameContains, PageRequest page) {
    access.require(Permission.RUN_VIEW, ResourceRef.all(ResourceKind.RESTORE));
    String wanted = nameContains == null ? "" : nameContains.strip();
    return transaction.call(() -> new Page<>(restores.list(wanted, page), restores.count(wanted)));
  }

  /** The restore job of that id. */
  public RestoreJob get(UUID restoreJobId) {
    access.require(Permission.RUN_VIEW, ref(restoreJobId));
    return transaction.call(() -> found(restoreJobId));
  }

  private RestoreJob found(UUID id) {
    return restores
        .find(id)
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "restore job", "id", id));
  }

  private static ResourceRef ref(UUID id) {
    return ResourceRef.of(ResourceKind.RESTORE, id.toString());
  }
}
