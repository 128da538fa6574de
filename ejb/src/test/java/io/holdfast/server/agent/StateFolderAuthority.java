package io.holdfast.server.agent;

import io.holdfast.server.state.StateFolder;
import java.nio.file.Path;
import java.time.Clock;

/** A certificate authority of its own in a folder. */
public final class StateFolderAuthority {
  private StateFolderAuthority() {}

  public static CertificateAuthority in(Path folder) {
    return new CertificateAuthority(new StateFolder(folder), Clock.systemUTC());
  }
}
