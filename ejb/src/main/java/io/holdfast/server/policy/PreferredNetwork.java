package io.holdfast.server.policy;

/** Which network of the hypervisor host carries the data (CAS-08). */
public enum PreferredNetwork {
  /** Backup, storage, management, in that order. */
  ADAPTIVE,
  BACKUP,
  STORAGE,
  MANAGEMENT;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.PreferredNetwork toProtocol() {
    return switch (this) {
      case ADAPTIVE -> io.holdfast.agent.protocol.PreferredNetwork.NETWORK_ADAPTIVE;
      case BACKUP -> io.holdfast.agent.protocol.PreferredNetwork.NETWORK_BACKUP;
      case STORAGE -> io.holdfast.agent.protocol.PreferredNetwork.NETWORK_STORAGE;
      case MANAGEMENT -> io.holdfast.agent.protocol.PreferredNetwork.NETWORK_MANAGEMENT;
    };
  }
}
