package io.holdfast.toolkit.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian packages that are unpacked into a folder and never installed. What was unpacked once is
 * used again. One thread.
 */
final class DebianPackages {
  private static final String ANY_KERNEL = "linux-image-cloud-amd64";

  private final Path folder;
  private final Commands commands;

  /** The options that let apt use lists of our own; empty while the system's are good enough. */
  private List<String> ownLists = List.of();

  /**
   * @param folder for what is downloaded and unpacked; is made when missing
   */
  DebianPackages(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.commands = new Commands(folder);
  }

  /** The folder with Debian's newest small kernel and its modules. */
  Path kernel() throws IOException {
    return unpacked(ANY_KERNEL);
  }

  /**
   * The folder a package is unpacked in.
   *
   * @throws IOException a sentence that says what is needed, when it cannot be downloaded
   */
  Path unpacked(String name) throws IOException {
    Path target = folder.resolve(name);
    if (Files.exists(target)) {
      return target;
    }
    try {
      download(name);
    } catch (IOException first) {
      useOwnLists(name);
      try {
        download(name);
      } catch (IOException second) {
        throw noDownload(name, second);
      }
    }
    Path unfinished = folder.resolve(name + ".unfinished");
    commands.run("rm", "-rf", unfinished.toString());
    commands.run("dpkg", "-x", file(folder.resolve(name + ".download")), unfinished.toString());
    commands.run("rm", "-rf", folder.resolve(name + ".download").toString());
    Files.move(unfinished, target);
    return target;
  }

  /**
   * Names of the packages that a package depends on, alternatives too.
   *
   * @throws IOException when no list of packages has it
   */
  List<String> dependencies(String name) throws IOException {
    try {
      return told(name);
    } catch (IOException noLists) {
      useOwnLists(name);
      return told(name);
    }
  }

  private List<String> told(String name) throws IOException {
    List<String> line = new ArrayList<>(List.of("apt-cache"));
    line.addAll(ownLists);
    line.addAll(List.of("depends", name));
    return commands
        .run(line.toArray(String[]::new))
        .lines()
        .filter(each -> each.contains("Depends: "))
        .map(each -> each.substring(each.indexOf(": ") + 2).strip())
        .filter(each -> !each.startsWith("<"))
        .toList();
  }

  private static String file(Path downloaded) throws IOException {
    try (Stream<Path> files = Files.list(downloaded)) {
      return files
          .filter(each -> each.toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(() -> new IOException("apt-get downloaded nothing to " + downloaded))
          .toString();
    }
  }

  private void download(String name) throws IOException {
    String real = name.equals(ANY_KERNEL) ? newestKernel() : name;
    Path target = folder.resolve(name + ".download");
    commands.run("rm", "-rf", target.toString());
    Files.createDirectories(target);
    List<String> line = new ArrayList<>(List.of("apt-get", "-q"));
    line.addAll(ownLists);
    line.addAll(List.of("-o", "APT::Sandbox::User=root", "download", real));
    new Commands(target).run(line.toArray(String[]::new));
  }

  /** The package without a version in its name holds nothing but the newest one's name. */
  private String newestKernel() throws IOException {
    return told(ANY_KERNEL).stream()
        .filter(each -> each.startsWith("linux-image-"))
        .findFirst()
        .orElseThrow(() -> new IOException(ANY_KERNEL + " depends on no kernel"));
  }

  /** The system's package lists may be missing or too old, and only root may renew them. */
  private void useOwnLists(String name) throws IOException {
    if (!ownLists.isEmpty()) {
      return;
    }
    Path lists = Files.createDirectories(folder.resolve("apt/lists/partial")).getParent();
    Path cache = Files.createDirectories(folder.resolve("apt/cache/archives/partial"));
    ownLists =
        List.of(
            "-o", "Dir::State::lists=" + lists,
            "-o", "Dir::Cache=" + cache.getParent().getParent());
    List<String> line = new ArrayList<>(List.of("apt-get", "-q"));
    line.addAll(ownLists);
    line.addAll(List.of("-o", "APT::Sandbox::User=root", "update"));
    try {
      commands.run(line.toArray(String[]::new));
    } catch (IOException failure) {
      throw noDownload(name, failure);
    }
  }

  private IOException noDownload(String name, IOException cause) {
    return new IOException(
        "The package "
            + name
            + " cannot be downloaded: the test of real guests needs Debian's package mirror once,"
            + " or the unpacked package in "
            + folder.resolve(name),
        cause);
  }
}
