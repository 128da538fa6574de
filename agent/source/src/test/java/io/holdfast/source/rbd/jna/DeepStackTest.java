package io.holdfast.source.rbd.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.toolkit.CephBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("HIK-03")
class DeepStackTest {

  /** Loads the libraries in a process whose threads have as little stack as the agent's. */
  public static final class Loading {
    public static void main(String[] arguments) {
      System.out.println(CephLibraries.load(Path.of("/nowhere")));
    }
  }

  @Test
  void theLibrariesAreLoadedByThreadsOfLittleStack(@TempDir Path folder) throws Exception {
    CephBed.shared(); // skips where Ceph is not installed
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xss512k",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertEquals(true, process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), Files.readString(said));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatIsThrownComesOut() {
    assertThrows(
        IllegalStateException.class,
        () ->
            DeepStack.call(
                () -> {
                  throw new IllegalStateException("as it was");
                }));
    assertEquals("done", DeepStack.call(() -> "done"));
  }
}
