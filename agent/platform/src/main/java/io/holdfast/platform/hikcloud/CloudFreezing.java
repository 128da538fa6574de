package io.holdfast.platform.hikcloud;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.hikcloud.rest.CloudCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.platform.hikcloud.rest.CloudReply;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import io.holdfast.platform.spi.FreezeWatch;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.FrozenSnapshot.Freezing;
import io.holdfast.platform.spi.VmSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Freezes a guest's file systems by the QEMU guest agent for the moment of a snapshot [INF]
 * (HIK-02). Whatever happens it is thawed: here, by the watch's {@link #thaw}, and when nobody of
 * us is left by the platform after its time. Thread-safe.
 */
final class CloudFreezing {
  private static final Logger LOG = LoggerFactory.getLogger(CloudFreezing.class);

  /** So much later than our own watch the platform thaws by itself. */
  private static final Duration LATER = Duration.ofSeconds(5);

  private final CloudHttp http;
  private final CloudTasks tasks;
  private final CloudErrors errors;

  /** Operations that were ended from outside. */
  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  CloudFreezing(CloudHttp http, CloudTasks tasks, CloudErrors errors) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
  }

  /**
   * Takes a snapshot between freezing and thawing. Where no agent answers it is taken all the same,
   * and that is said.
   *
   * @throws BackupException PLATFORM_TASK_FAILED when the guest was thawed before all disks were in
   *     the snapshot; what freezing, snapshot and thawing meet
   */
  FrozenSnapshot around(CloudVm vm, FreezeWatch watch, Supplier<VmSnapshot> snapshot) {
    String operation = UUID.randomUUID().toString();
    watch.begun(operation);
    Duration limit = watch.limit().plus(LATER);
    Instant from = http.waiting().now();
    RuntimeException failure = null;
    boolean mayBeFrozen = true;
    try {
      CloudTasks.Outcome frozen = freeze(vm, limit);
      // What was refused froze nothing; another's freeze is not ours to end.
      mayBeFrozen = frozen.succeeded();
      if (frozen.code().equals(CloudCode.GUEST_AGENT)) {
        LOG.info("VM {}: {}", vm.name(), Messages.value(frozen.words(), Locale.ENGLISH));
        return new FrozenSnapshot(snapshot.get(), Freezing.UNANSWERED);
      }
      String freezing = Reason.of(ReasonCode.FREEZE_VM, "vm", vm.name());
      errors.required(frozen, CloudErrors.subject(vm, freezing, "Try again later."));
      VmSnapshot taken = snapshot.get();
      Duration took = Duration.between(from, http.waiting().now());
      if (ended.contains(operation) || took.compareTo(limit) >= 0) {
        throw errors.of(
            ErrorCode.PLATFORM_TASK_FAILED,
            Reason.of(ReasonCode.THAWED_TOO_EARLY),
            CloudErrors.subject(
                vm, Reason.of(ReasonCode.CREATE_SNAPSHOT, "snapshot", taken.name()), ""));
      }
      return new FrozenSnapshot(taken, Freezing.FROZEN);
    } catch (RuntimeException failed) {
      failure = failed;
      throw failed;
    } finally {
      ended.remove(operation);
      if (mayBeFrozen) {
        thawAfter(vm, limit, failure);
      }
    }
  }

  private CloudTasks.Outcome freeze(CloudVm vm, Duration limit) {
    return tasks.perform(
        "POST",
        action(vm.id()),
        Map.of("type", "freeze", "timeoutSec", limit.toSeconds()),
        () -> {
          // Frozen or not: a second freeze of a frozen guest is refused.
          thawOnce(vm.id());
          return false;
        });
  }

  private void thawAfter(CloudVm vm, Duration limit, RuntimeException failure) {
    try {
      CloudTasks.Outcome outcome =
          tasks.perform("POST", action(vm.id()), Map.of("type", "thaw"), () -> false);
      if (!isOver(outcome.code(), outcome.absent())) {
        String thawing = Reason.of(ReasonCode.THAW_VM, "vm", vm.name());
        errors.required(outcome, CloudErrors.subject(vm, thawing, ""));
      }
    } catch (BackupException failed) {
      LOG.warn("VM {} is thawed by the platform, within {}: {}", vm.name(), limit, failed);
      if (failure == null) {
        throw failed;
      }
      failure.addSuppressed(failed);
    }
  }

  /** Thaws at once, whoever waits for the snapshot; a guest that is not frozen is success. */
  void thaw(String vmId, String operation) {
    ended.add(operation);
    thawOnce(vmId);
  }

  private void thawOnce(String vmId) {
    CloudReply reply = http.send("POST", action(vmId), Map.of("type", "thaw"));
    if (reply.refused() && !isOver(reply.code(), reply.absent())) {
      throw errors.refused(reply, "vm", vmId, "state", "", "advice", "", "type", "FREEZE_REFUSED");
    }
  }

  /** A VM that is gone or not running is not frozen. */
  private static boolean isOver(String code, boolean absent) {
    return absent || code.equals(CloudCode.STATE);
  }

  private static CloudPath action(String vmId) {
    return CloudPath.of("instances", vmId, "action");
  }
}
