package io.holdfast.bench.peer;

import io.holdfast.bench.Shell;
import java.nio.file.Path;
import java.util.Map;

/**
 * borg with fixed chunks of 1 MiB, lz4, without encryption: its fastest settings for disk images.
 * Its files cache is off, so that an unchanged image is read again, as a disk would be.
 */
public final class Borg implements Peer {
  private final Shell shell;

  public Borg(Path folder) {
    shell =
        new Shell(
            folder,
            Map.of(
                "BORG_BASE_DIR",
                folder.resolve("borg-base").toString(),
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK",
                "yes"));
  }

  @Override
  public String name() {
    return "borg";
  }

  @Override
  public boolean available() {
    return Shell.has("borg");
  }

  @Override
  public void initialise(Path repository) {
    shell.run("borg", "init", "-e", "none", repository.toString());
  }

  @Override
  public Shell.Took backUp(Path repository, Path image, String archive) {
    return shell.run(
        "borg",
        "create",
        "--chunker-params",
        "fixed,1048576",
        "--compression",
        "lz4",
        "--files-cache",
        "disabled",
        repository + "::" + archive,
        image.toString());
  }

  @Override
  public Shell.Took restore(Path repository, Path image, String archive, Path into) {
    return shell.run(
        "bash",
        "-c",
        "cd \"$1\" && borg extract --sparse \"$2\"",
        "bash",
        into.toString(),
        repository + "::" + archive);
  }

  @Override
  public Shell.Took verify(Path repository) {
    return shell.run("borg", "check", "--verify-data", repository.toString());
  }
}
