package io.holdfast.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The product's source tree and its compiled classes, read once. */
final class Product {
  static final Path ROOT = Path.of(System.getProperty("holdfast.root"));
  private static final List<String> MODULES =
      List.of(
          "agent/contract",
          "agent/pool",
          "agent/source",
          "agent/platform",
          "agent/daemon",
          "ejb",
          "batch-jobs",
          "web");
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              MODULES.stream()
                  .map(module -> ROOT.resolve(module).resolve("target/classes"))
                  .toList());

  private Product() {}

  /** Files of the modules' main sources that end in {@code suffix}. */
  static List<Path> mainFiles(String suffix) {
    return MODULES.stream()
        .flatMap(module -> files(ROOT.resolve(module).resolve("src/main"), suffix))
        .toList();
  }

  static Stream<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(file -> file.toString().endsWith(suffix)).toList().stream();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
