package io.holdfast.server.speed;

import io.holdfast.agent.protocol.TransferLimits;
import java.time.ZoneId;
import java.util.Objects;

/**
 * The limits of a job. All its VMs share them: together they go no faster.
 *
 * @param transfer bytes on their way between backup host and pool, as they are stored (OPT-10)
 * @param disk bytes read from disks by a backup, or written to them by a restore (OPT-11)
 */
public record SpeedLimits(SpeedSchedule transfer, SpeedSchedule disk) {
  /** No limits. */
  public static final SpeedLimits NONE = new SpeedLimits(SpeedSchedule.NONE, SpeedSchedule.NONE);

  private static final String SEPARATOR = "|";

  public SpeedLimits {
    Objects.requireNonNull(transfer, "transfer");
    Objects.requireNonNull(disk, "disk");
  }

  /** The same rates at all times; {@link Rates#UNLIMITED} for none. */
  public static SpeedLimits always(long transferBytesPerSecond, long diskBytesPerSecond) {
    return new SpeedLimits(
        SpeedSchedule.always(transferBytesPerSecond), SpeedSchedule.always(diskBytesPerSecond));
  }

  /** Whether they never limit anything. */
  public boolean isUnlimited() {
    return transfer.isUnlimited() && disk.isUnlimited();
  }

  /** The clock that windows are meant by: the server's. */
  public static ZoneId zone() {
    return ZoneId.systemDefault();
  }

  /** A text without white space that {@link #parse} reads. */
  public String text() {
    return transfer.text() + SEPARATOR + disk.text();
  }

  /** The limits of a {@link #text}; an empty or absent one limits nothing. */
  public static SpeedLimits parse(String text) {
    if (text == null || text.isEmpty()) {
      return NONE;
    }
    int separator = text.indexOf(SEPARATOR);
    return new SpeedLimits(
        SpeedSchedule.parse(text.substring(0, separator)),
        SpeedSchedule.parse(text.substring(separator + 1)));
  }

  /**
   * The same in the agent protocol.
   *
   * @param sharedAs sessions that name the same share one limiter
   */
  public TransferLimits toProtocol(String sharedAs) {
    String zone = zone().getId();
    return TransferLimits.newBuilder()
        .setTransfer(transfer.toProtocol(zone))
        .setDisk(disk.toProtocol(zone))
        .setSharedAs(sharedAs)
        .build();
  }
}
