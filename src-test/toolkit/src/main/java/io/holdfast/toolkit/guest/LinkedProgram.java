package io.holdfast.toolkit.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program of a Debian package with the shared libraries it needs, taken from the packages that
 * its own depends on. Immutable.
 *
 * @param files where each belongs in a guest, and the file
 */
record LinkedProgram(Map<String, Path> files) {
  private static final Pattern NEEDED = Pattern.compile("Shared library: \\[([^]]+)]");
  private static final String LOADER = "ld-linux-x86-64.so.2";

  /** QEMU's guest agent: {@code bin/qemu-ga}. */
  static LinkedProgram guestAgent(DebianPackages packages) throws IOException {
    String name = "qemu-guest-agent";
    Path program = GuestImage.only(packages.unpacked(name), "qemu-ga");
    Map<String, Path> files = new LinkedHashMap<>(Map.of("bin/qemu-ga", program));
    new Search(packages, files).from(name, program);
    return new LinkedProgram(Map.copyOf(files));
  }

  private static final class Search {
    private final DebianPackages packages;
    private final Map<String, Path> files;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Deque<String> next = new ArrayDeque<>();

    private Search(DebianPackages packages, Map<String, Path> files) {
      this.packages = packages;
      this.files = files;
    }

    private void from(String name, Path program) throws IOException {
      missing.addAll(needed(program));
      next.add(name);
      while (!missing.isEmpty() && !next.isEmpty()) {
        for (String dependency : packages.dependencies(next.remove())) {
          if (dependency.startsWith("lib") && !missing.isEmpty() && seen.add(dependency)) {
            look(dependency);
          }
        }
      }
      if (!missing.isEmpty()) {
        throw new IOException("no package that " + name + " depends on has " + missing);
      }
    }

    /** Only a package that has something of use can lead to others that have. */
    private void look(String dependency) throws IOException {
      Map<String, Path> there = libraries(packages.unpacked(dependency));
      boolean useful = false;
      for (Optional<String> library = wanted(there); library.isPresent(); library = wanted(there)) {
        useful = true;
        String name = library.get();
        files.put(place(name), there.get(name));
        missing.remove(name);
        needed(there.get(name)).stream()
            .filter(each -> !files.containsKey(place(each)))
            .forEach(missing::add);
      }
      if (useful) {
        next.add(dependency);
      }
    }

    private Optional<String> wanted(Map<String, Path> there) {
      return missing.stream().filter(there::containsKey).findFirst();
    }

    private static String place(String library) {
      return (library.equals(LOADER) ? "lib64/" : "lib/") + library;
    }

    /** By name; a link that leads out of the tree is none of its own. */
    private static Map<String, Path> libraries(Path tree) throws IOException {
      Map<String, Path> result = new HashMap<>();
      Path root = tree.toRealPath();
      try (Stream<Path> all = Files.walk(root)) {
        for (Path each : all.filter(Files::isRegularFile).toList()) {
          if (each.toRealPath().startsWith(root)) {
            result.put(each.getFileName().toString(), each);
          }
        }
      }
      return result;
    }

    private static Set<String> needed(Path program) throws IOException {
      Set<String> result = new LinkedHashSet<>();
      String told = new Commands(program.getParent()).run("readelf", "-d", program.toString());
      NEEDED.matcher(told).results().forEach(each -> result.add(each.group(1)));
      return result;
    }
  }
}
