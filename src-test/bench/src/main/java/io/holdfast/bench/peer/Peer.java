package io.holdfast.bench.peer;

import io.holdfast.bench.Shell;
import java.nio.file.Path;

/**
 * Another backup program with a repository in a local folder. What is timed is the whole process.
 * Not thread-safe.
 */
public interface Peer {

  /** As Debian calls it. */
  String name();

  /** Whether it is installed. */
  boolean available();

  /** Makes an empty repository. */
  void initialise(Path repository);

  /** Backs an image file up, reading all of it. */
  Shell.Took backUp(Path repository, Path image, String archive);

  /** Restores the image of an archive into an empty folder. */
  Shell.Took restore(Path repository, Path image, String archive, Path into);

  /** Reads and checks all stored data. */
  Shell.Took verify(Path repository);
}
