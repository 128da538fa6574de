package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.PlatformAccess;

/** Opens connections to platforms of one kind. Thread-safe. */
public interface PlatformDriver {

  /** "h3c-cas": what {@link PlatformAccess#getKind()} names. */
  String kind();

  /**
   * Makes a connection object; nothing is sent yet. The password is held in memory until {@link
   * PlatformConnection#close()} and never logged.
   */
  PlatformConnection connect(PlatformAccess access);
}
