package io.holdfast.source.rbd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the libraries are taken from (S2 3.3). */
@Tag("HIK-03")
@Tag("AGT-06")
class RbdLibraryTest {

  private static String told(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LibraryLook.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static Path ofSystem(String name) throws IOException {
    RbdBed.ceph();
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve(name))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void linksInTheConfiguredFolderAreFollowed(@TempDir Path folder) throws Exception {
    Files.createSymbolicLink(folder.resolve("librados.so"), ofSystem("librados.so.2"));
    Files.createSymbolicLink(folder.resolve("librbd.so"), ofSystem("librbd.so.1"));
    String told = told(folder);
    assertTrue(told.startsWith("true librados "), told);
    assertTrue(told.contains("librbd 1."), told);
    assertTrue(told.endsWith(folder.resolve("librbd.so").toString()), told);
  }

  @Test
  void withoutAFolderTheSystemsOnesAreFound(@TempDir Path folder) throws Exception {
    ofSystem("librbd.so.1");
    String told = told(folder.resolve("none"));
    assertTrue(told.startsWith("true librados "), told);
  }

  @Test
  void aFileThatIsNoLibraryIsNamedWithItsFolder(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("librados.so"), "no library");
    String told = told(folder);
    assertTrue(told.startsWith("false CEPH_LIBRARY_MISSING"), told);
    assertTrue(told.contains(folder.toString()), told);
  }
}
