package io.holdfast.cvdsdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts the stand-in library where a vendor's installer would put the real one. */
public final class StandInLibrary {
  /** The name under which the product looks for it. */
  public static final String FILE_NAME = "libcvdsdk.so";

  private StandInLibrary() {}

  /** Copies the library into a folder, making the folder; the file. */
  public static Path installInto(Path folder) {
    try (InputStream library = StandInLibrary.class.getResourceAsStream("/native/" + FILE_NAME)) {
      if (library == null) {
        throw new IllegalStateException("the stand-in library was not compiled");
      }
      Files.createDirectories(folder);
      Path file = folder.resolve(FILE_NAME);
      Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
