package io.holdfast.server.policy;

/** How disk bytes are fetched from the platform (CAS-09). */
public enum DataPlane {
  /** The vendor's library where it is installed, else NBD. */
  ADAPTIVE,
  /** The vendor's library. */
  SDK,
  /** NBD. */
  NBD;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.DataPlane toProtocol() {
    return switch (this) {
      case ADAPTIVE -> io.holdfast.agent.protocol.DataPlane.DATA_PLANE_ADAPTIVE;
      case SDK -> io.holdfast.agent.protocol.DataPlane.DATA_PLANE_SDK;
      case NBD -> io.holdfast.agent.protocol.DataPlane.DATA_PLANE_NBD;
    };
  }
}
