package io.holdfast.bench;

import io.holdfast.bench.peer.Peer;
import io.holdfast.bench.peer.QemuImg;
import io.holdfast.bench.report.Results;
import java.nio.file.Path;
import java.util.Map;

/** A peer's part of a round: a fresh repository. Used by one thread. */
final class PeerTurn {
  private final Peer peer;
  private final Workspace workspace;
  private final Results results;
  private Path repository;
  private String first;

  PeerTurn(Peer peer, Workspace workspace, Results results) {
    this.peer = peer;
    this.workspace = workspace;
    this.results = results;
    clear();
  }

  /** Begins with an empty repository. */
  void clear() {
    repository = workspace.fresh("repository-" + peer.name());
    Workspace.delete(repository);
    peer.initialise(repository);
    first = null;
  }

  void backUp(String operation, Path image) {
    add(operation, peer.backUp(repository, image, operation));
    if (first == null) {
      first = operation;
    }
    results.stored(operation, peer.name(), Workspace.bytes(repository));
    if (peer instanceof QemuImg && !operation.equals(first)) {
      Workspace.delete(repository.resolve(operation));
    }
  }

  void restore(Path image) {
    Path into = workspace.fresh("into-" + peer.name());
    Shell.Took restored = peer.restore(repository, image, first, into);
    add("restore", restored);
    Shell.Took synced = new Shell(into, Map.of()).run("sync", "-f", into.toString());
    add(
        "restore_durable",
        new Shell.Took(
            restored.seconds() + synced.seconds(), restored.cpuSeconds() + synced.cpuSeconds()));
    Workspace.delete(into);
  }

  void verify() {
    if (!(peer instanceof QemuImg)) {
      add("verify", peer.verify(repository));
    }
  }

  private void add(String operation, Shell.Took took) {
    results.add(operation, peer.name(), took.seconds(), took.cpuSeconds());
    Bench.say("  %-10s %8.2f s", peer.name(), took.seconds());
  }
}
