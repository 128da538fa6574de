package io.holdfast.servertest.bed;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Prepares the bed before Arquillian reads its configuration. */
public final class BedListener implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    ServerBed.prepare();
  }
}
