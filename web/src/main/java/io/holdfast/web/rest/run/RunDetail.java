package io.holdfast.web.rest.run;

import io.holdfast.server.run.Amounts;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RestoreDifference;
import io.holdfast.server.run.RunProgress;
import io.holdfast.server.run.RunProgress.DiskProgress;
import io.holdfast.server.run.RunProgress.VmProgress;
import io.holdfast.server.run.VmTask;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How far a run is (JOB-03). Amounts in bytes; {@code plannedBytes} to be moved, {@code doneBytes}
 * of them durable, {@code readBytes} really read, {@code storedBytes} written to the pool (a
 * restore: to the target).
 */
public record RunDetail(
    String id,
    String kind,
    String jobId,
    String jobName,
    String type,
    String state,
    String error,
    String message,
    String startedBy,
    String startedAt,
    String endedAt,
    int percent,
    long plannedBytes,
    long doneBytes,
    long readBytes,
    long zeroBytes,
    long storedBytes,
    long bytesPerSecond,
    long remainingSeconds,
    RunLimit limit,
    int retryNo,
    String retryOf,
    String retryDueAt,
    List<Vm> vms) {

  /** A VM of the run; {@code error} and {@code message} are empty unless it failed. */
  public record Vm(
      String taskId,
      String vmId,
      String vmName,
      String hostName,
      String state,
      String type,
      String error,
      String message,
      int attempts,
      int percent,
      long plannedBytes,
      long doneBytes,
      long readBytes,
      long zeroBytes,
      long storedBytes,
      long bytesPerSecond,
      List<Disk> disks,
      List<Difference> differences) {
    static Vm of(VmProgress vm, Locale locale) {
      VmTask task = vm.task();
      Amounts amounts = vm.amounts();
      return new Vm(
          task.getId().toString(),
          task.getVmId(),
          task.getVmName(),
          task.getHostName(),
          task.getState().name(),
          Objects.toString(task.getEffectiveType(), ""),
          task.getError().map(Enum::name).orElse(""),
          task.errorMessage(locale),
          task.getAttempts(),
          vm.percent(),
          amounts.plannedBytes(),
          amounts.doneBytes(),
          amounts.readBytes(),
          amounts.zeroBytes(),
          amounts.storedBytes(),
          vm.pace().bytesPerSecond(),
          vm.disks().stream().map(disk -> Disk.of(disk, locale)).toList(),
          vm.differences().stream().map(row -> Difference.of(row, locale)).toList());
    }
  }

  /**
   * What of a restored VM is not as it was (CAS-19); {@code subject} is a disk or card, empty for
   * the VM, {@code property} and {@code reason} are names, their texts in the request's language.
   */
  public record Difference(
      String property,
      String propertyText,
      String subject,
      String original,
      String restored,
      String reason,
      String reasonText,
      boolean actionNeeded) {
    static Difference of(RestoreDifference row, Locale locale) {
      return new Difference(
          row.getProperty(),
          row.propertyText(locale),
          row.getSubject(),
          row.getOriginal(),
          row.getRestored(),
          row.getReason(),
          row.reasonText(locale),
          row.isActionNeeded());
    }
  }

  /** A disk; {@code excluded} says why it is left out, else empty. */
  public record Disk(
      String device,
      String diskKey,
      long sizeBytes,
      String excluded,
      int percent,
      long plannedBytes,
      long doneBytes,
      long readBytes,
      long storedBytes) {
    static Disk of(DiskProgress disk, Locale locale) {
      Amounts amounts = disk.amounts();
      return new Disk(
          disk.disk().getDevice(),
          disk.disk().getDiskKey(),
          disk.disk().getSizeBytes(),
          disk.disk().isIncluded() ? "" : disk.disk().excludedMessage(locale),
          disk.percent(),
          amounts.plannedBytes(),
          amounts.doneBytes(),
          amounts.readBytes(),
          amounts.storedBytes());
    }
  }

  static RunDetail of(RunProgress progress, Locale locale) {
    BackupRun run = progress.run();
    RunSummary summary = RunSummary.of(run);
    Amounts amounts = progress.amounts();
    return new RunDetail(
        summary.id(),
        summary.kind(),
        summary.jobId(),
        summary.jobName(),
        summary.type(),
        summary.state(),
        run.getError().map(Enum::name).orElse(""),
        run.errorMessage(locale),
        summary.startedBy(),
        summary.startedAt(),
        summary.endedAt(),
        progress.percent(),
        amounts.plannedBytes(),
        amounts.doneBytes(),
        amounts.readBytes(),
        amounts.zeroBytes(),
        amounts.storedBytes(),
        progress.pace().bytesPerSecond(),
        progress.pace().remaining().map(Duration::toSeconds).orElse(-1L),
        RunLimit.of(progress),
        run.getRetryNo(),
        run.getRetryOf().map(Object::toString).orElse(""),
        run.getRetryDueAt().map(Object::toString).orElse(""),
        progress.vms().stream().map(vm -> Vm.of(vm, locale)).toList());
  }
}
