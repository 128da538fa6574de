package io.holdfast.web.console.speed;

import io.holdfast.server.speed.SpeedLimits;
import java.io.Serializable;

/** The speed limits of a job while they are edited. */
public class LimitsForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScheduleForm transfer;
  private final ScheduleForm disk;

  /** Starts with the given limits. */
  public LimitsForm(SpeedLimits limits) {
    transfer = new ScheduleForm(limits.transfer());
    disk = new ScheduleForm(limits.disk());
  }

  /** The limits as entered; INVALID_VALUE and so on name what is wrong with them. */
  public SpeedLimits limits() {
    return new SpeedLimits(transfer.schedule(), disk.schedule());
  }

  public ScheduleForm getTransfer() {
    return transfer;
  }

  public ScheduleForm getDisk() {
    return disk;
  }
}
