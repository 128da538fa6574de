package io.holdfast.bench.agent;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.PlatformDriver;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A platform of raw image files: every folder is a VM, every file {@code *.raw} in it a disk,
 * {@code <disk>.changed} lists what changed since the last mark. Nothing writes the files while
 * they are backed up, so a snapshot is the file itself. Thread-safe.
 */
public final class ImagePlatform implements PlatformDriver {
  static final String KIND = "images";

  private final Path folder;

  ImagePlatform(Path folder) {
    this.folder = folder;
  }

  /** How the agent is told to reach it. */
  public static PlatformAccess access() {
    return PlatformAccess.newBuilder().setPlatformId(KIND).setKind(KIND).build();
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public PlatformConnection connect(PlatformAccess access) {
    return new ImageConnection(this);
  }

  Path vm(String id) {
    Path vm = folder.resolve(id);
    if (!Files.isDirectory(vm)) {
      throw BackupException.of(ErrorCode.VM_NOT_FOUND, "vm", id, "address", folder);
    }
    return vm;
  }

  Path folder() {
    return folder;
  }
}
