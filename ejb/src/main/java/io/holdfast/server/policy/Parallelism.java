package io.holdfast.server.policy;

/**
 * How much of a job runs at the same time. At most five connections go to one disk (CAS-11), which
 * the ranges of disks and streams already hold.
 *
 * @param parallelVms VMs of the job at the same time (OPT-03)
 * @param vmsPerHost of them on one hypervisor host (OPT-04)
 * @param disksPerVm disks of one VM at the same time (OPT-05)
 * @param streamsPerDisk connections to one disk (OPT-06)
 * @throws io.holdfast.error.BackupException VALUE_OUT_OF_RANGE naming field, value and range
 */
public record Parallelism(int parallelVms, int vmsPerHost, int disksPerVm, int streamsPerDisk) {
  public Parallelism {
    OptionRange.PARALLEL_VMS.check(parallelVms);
    OptionRange.VMS_PER_HOST.check(vmsPerHost);
    OptionRange.DISKS_PER_VM.check(disksPerVm);
    OptionRange.STREAMS_PER_DISK.check(streamsPerDisk);
  }

  /** What a new policy starts with. */
  public static Parallelism preset() {
    return new Parallelism(
        OptionRange.PARALLEL_VMS.preset(),
        OptionRange.VMS_PER_HOST.preset(),
        OptionRange.DISKS_PER_VM.preset(),
        OptionRange.STREAMS_PER_DISK.preset());
  }

  /** Streams of one VM that may move bytes at the same time. */
  public int streamsPerVm() {
    return disksPerVm * streamsPerDisk;
  }
}
