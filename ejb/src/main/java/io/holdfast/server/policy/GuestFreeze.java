package io.holdfast.server.policy;

/** Whether the file systems of running guests are frozen for their snapshot (CAS-05). */
public enum GuestFreeze {
  /** Where the platform's tools run in the guest; else the run says that it is crash-consistent. */
  ADAPTIVE,
  /** Always; a VM whose guest cannot be frozen fails. */
  REQUIRED,
  /** Never: crash-consistent. */
  OFF;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.GuestFreeze toProtocol() {
    return switch (this) {
      case ADAPTIVE -> io.holdfast.agent.protocol.GuestFreeze.FREEZE_ADAPTIVE;
      case REQUIRED -> io.holdfast.agent.protocol.GuestFreeze.FREEZE_REQUIRED;
      case OFF -> io.holdfast.agent.protocol.GuestFreeze.FREEZE_OFF;
    };
  }
}
