package io.holdfast.server.run;

import io.holdfast.server.run.RunProgress.DiskProgress;
import io.holdfast.server.run.RunProgress.Pace;
import io.holdfast.server.run.RunProgress.TrafficPoint;
import io.holdfast.server.run.RunProgress.VmProgress;
import io.holdfast.server.speed.SpeedInForce;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Puts progress together from positions and samples (JOB-03). Reads only. Thread-safe. */
@ApplicationScoped
public class ProgressReport {
  private static final Duration PACE_WINDOW = Duration.ofSeconds(30);
  private static final int MOST_POINTS = 200;

  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private Clock clock;

  /** How far a run is. */
  RunProgress of(BackupRun run) {
    Instant now = clock.instant();
    Map<UUID, List<ProgressSample>> samples =
        run.getState().isEnded()
            ? Map.of()
            : runs.samples(run.getId(), now.minus(PACE_WINDOW)).stream()
                .collect(Collectors.groupingBy(ProgressSample::getTaskId));
    List<VmProgress> vms = new ArrayList<>();
    Amounts total = Amounts.NONE;
    long speed = 0;
    List<VmTask> ofRun = tasks.ofRun(run.getId());
    Map<UUID, List<RestoreDifference>> differences = differences(run, ofRun);
    for (VmTask task : ofRun) {
      VmProgress vm = vm(task, samples.getOrDefault(task.getId(), List.of()), differences, now);
      vms.add(vm);
      total = total.plus(vm.amounts());
      speed += vm.pace().bytesPerSecond();
    }
    SpeedInForce limits =
        run.getState().isEnded() ? SpeedInForce.NONE : SpeedInForce.of(run.limits(), now);
    return new RunProgress(run, List.copyOf(vms), total, SpeedMeter.pace(speed, total), limits);
  }

  private Map<UUID, List<RestoreDifference>> differences(BackupRun run, List<VmTask> ofRun) {
    return run.getKind() == RunKind.BACKUP
        ? Map.of()
        : tasks.differences(ofRun.stream().map(VmTask::getId).toList()).stream()
            .collect(Collectors.groupingBy(RestoreDifference::getTaskId));
  }

  private VmProgress vm(
      VmTask task,
      List<ProgressSample> samples,
      Map<UUID, List<RestoreDifference>> differences,
      Instant now) {
    Map<Integer, Amounts> byDisk =
        tasks.streams(task.getId()).stream()
            .collect(
                Collectors.toMap(
                    TransferStream::getDiskNo,
                    TransferStream::amounts,
                    Amounts::plus,
                    TreeMap::new));
    List<DiskProgress> disks =
        tasks.disks(task.getId()).stream()
            .map(
                disk -> new DiskProgress(disk, byDisk.getOrDefault(disk.getDiskNo(), Amounts.NONE)))
            .toList();
    Amounts amounts = byDisk.values().stream().reduce(Amounts.NONE, Amounts::plus);
    Pace pace =
        task.getState() == TaskState.RUNNING
            ? SpeedMeter.pace(SpeedMeter.bytesPerSecond(samples, now, amounts.doneBytes()), amounts)
            : Pace.STILL;
    return new VmProgress(
        task, disks, amounts, pace, differences.getOrDefault(task.getId(), List.of()));
  }

  /** Speed over the life of a run. */
  List<TrafficPoint> traffic(BackupRun run) {
    return SpeedMeter.traffic(runs.samples(run.getId(), Instant.EPOCH), MOST_POINTS);
  }
}
