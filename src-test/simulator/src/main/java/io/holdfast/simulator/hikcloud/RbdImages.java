package io.holdfast.simulator.hikcloud;

import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The platform's storage: images and snapshots by the command {@code rbd}. Thread-safe. */
final class RbdImages {
  private final CloudOptions options;

  RbdImages(CloudOptions options) {
    this.options = options;
  }

  private void rbd(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("rbd", "-c", options.cephConf().toString()));
    command.addAll(List.of(arguments));
    Command.run(command);
  }

  private String path(String image) {
    return options.pool() + "/" + image;
  }

  void create(String image, long sizeBytes) throws IOException {
    rbd("create", "--size", sizeBytes + "B", path(image));
  }

  /** Makes an image of a raw file; holes stay holes. */
  void importFile(String file, String image) throws IOException {
    rbd("import", file, path(image));
  }

  /** Makes a clone of another image's snapshot, as of a system image. */
  void clone(String parentAtSnapshot, String image) throws IOException {
    rbd("clone", path(parentAtSnapshot), path(image));
  }

  void resize(String image, long sizeBytes) throws IOException {
    rbd("resize", "--no-progress", "--allow-shrink", "--size", sizeBytes + "B", path(image));
  }

  void flatten(String image) throws IOException {
    rbd("flatten", "--no-progress", path(image));
  }

  void snapshot(String image, String snapshot) throws IOException {
    rbd("snap", "create", path(image) + "@" + snapshot);
  }

  void rollBack(String image, String snapshot) throws IOException {
    rbd("snap", "rollback", "--no-progress", path(image) + "@" + snapshot);
  }

  void removeSnapshot(String image, String snapshot) throws IOException {
    rbd("snap", "rm", "--no-progress", path(image) + "@" + snapshot);
  }

  /** Removes an image with its snapshots. */
  void remove(String image) throws IOException {
    rbd("snap", "purge", "--no-progress", path(image));
    rbd("rm", "--no-progress", path(image));
  }
}
