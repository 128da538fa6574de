package io.holdfast.server.run;

import io.holdfast.server.speed.SpeedInForce;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a run is (JOB-03).
 *
 * @param run the run
 * @param vms its VMs in the order of the queue
 * @param amounts all VMs together
 * @param pace speed and what remains
 * @param limits what of its speed limits holds now; none when it has ended
 */
public record RunProgress(
    BackupRun run, List<VmProgress> vms, Amounts amounts, Pace pace, SpeedInForce limits) {
  /**
   * How far a VM is.
   *
   * @param task the VM task
   * @param disks its disks; empty until the plan is known
   * @param amounts all disks together
   * @param pace speed and what remains
   * @param differences what of a restored VM is not as it was (CAS-19)
   */
  public record VmProgress(
      VmTask task,
      List<DiskProgress> disks,
      Amounts amounts,
      Pace pace,
      List<RestoreDifference> differences) {
    /** Whole percent; 100 only when the task is done. */
    public int percent() {
      return RunProgress.percent(amounts, task.getState() == TaskState.DONE);
    }
  }

  /** How far a disk is. */
  public record DiskProgress(TaskDisk disk, Amounts amounts) {
    /** Whole percent of the disk's planned bytes. */
    public int percent() {
      return amounts.plannedBytes() == 0 ? 100 : amounts.percent();
    }
  }

  /**
   * Speed over the last samples.
   *
   * @param bytesPerSecond 0 when nothing moves
   * @param remaining at that speed; empty when unknown
   */
  public record Pace(long bytesPerSecond, Optional<Duration> remaining) {
    /** Nothing moves. */
    public static final Pace STILL = new Pace(0, Optional.empty());
  }

  /** One point of the traffic chart: mean speed of the time before {@code at}. */
  public record TrafficPoint(Instant at, long bytesPerSecond) {}

  /** Whole percent; 100 only when the run is done. */
  public int percent() {
    return percent(amounts, run.getState() == RunState.DONE);
  }

  private static int percent(Amounts amounts, boolean done) {
    return done ? 100 : Math.min(99, amounts.percent());
  }
}
