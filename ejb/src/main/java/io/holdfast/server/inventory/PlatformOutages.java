package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;

/** Who is told when platforms go and come back (RES-06). Joins the caller's transaction. */
public interface PlatformOutages {
  /** A platform that was there, or never asked, does not answer as it should. */
  void began(PlatformId id, BackupException why);

  /** It answers again, has other settings, or is gone for good. */
  void ended(PlatformId id);
}
