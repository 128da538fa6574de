package io.holdfast.bench.peer;

import io.holdfast.bench.Shell;
import java.nio.file.Path;
import java.util.Map;

/**
 * restic with its defaults (content-defined chunks of about 1 MiB, zstd where its version has it,
 * always encrypted). {@code --force}: an unchanged file is read again, as a disk would be; its
 * cache is kept with the repository.
 */
public final class Restic implements Peer {
  private final Shell shell;

  public Restic(Path folder) {
    shell =
        new Shell(
            folder,
            Map.of(
                "RESTIC_PASSWORD",
                "bench",
                "RESTIC_CACHE_DIR",
                folder.resolve("cache").toString()));
  }

  @Override
  public String name() {
    return "restic";
  }

  @Override
  public boolean available() {
    return Shell.has("restic");
  }

  @Override
  public void initialise(Path repository) {
    // Version 2 compresses; a restic that does not know it has no compression to offer.
    try {
      shell.run("restic", "-r", repository.toString(), "init", "--repository-version", "2");
    } catch (IllegalStateException older) {
      shell.run("restic", "-r", repository.toString(), "init");
    }
  }

  @Override
  public Shell.Took backUp(Path repository, Path image, String archive) {
    return shell.run(
        "restic",
        "-q",
        "-r",
        repository.toString(),
        "backup",
        "--force",
        "--tag",
        archive,
        image.toString());
  }

  @Override
  public Shell.Took restore(Path repository, Path image, String archive, Path into) {
    return shell.run(
        "restic",
        "-q",
        "-r",
        repository.toString(),
        "restore",
        "latest",
        "--tag",
        archive,
        "--target",
        into.toString());
  }

  @Override
  public Shell.Took verify(Path repository) {
    return shell.run("restic", "-q", "-r", repository.toString(), "check", "--read-data");
  }
}
