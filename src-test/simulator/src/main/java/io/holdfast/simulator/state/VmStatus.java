package io.holdfast.simulator.state;

/** The numbers CAS uses for the state of a VM, and their text form. */
public final class VmStatus {
  public static final int TEMPLATE = 0;
  public static final int UNKNOWN = 1;
  public static final int RUNNING = 2;
  public static final int SHUT_OFF = 3;
  public static final int PAUSED = 4;

  private VmStatus() {}

  /** The text form of a status. */
  public static String text(int status) {
    return switch (status) {
      case RUNNING -> "running";
      case SHUT_OFF -> "shutOff";
      case PAUSED -> "paused";
      default -> "unknown";
    };
  }
}
