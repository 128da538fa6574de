package io.holdfast.simulator.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Hosts, instances, volumes and snapshots as one tree that is written whenever it changed, so that
 * a killed simulator goes on. Its monitor guards the tree: callers hold it while they read or
 * change nodes.
 */
final class CloudState {
  static final String HOSTS = "hosts";
  static final String INSTANCES = "instances";
  static final String VOLUMES = "volumes";
  static final String SNAPSHOTS = "snapshots";

  private final Path file;
  private final ObjectNode root;

  CloudState(Path folder) throws IOException {
    Files.createDirectories(folder);
    file = folder.resolve("hikcloud.json");
    root = Files.exists(file) ? (ObjectNode) Json.parse(Files.readAllBytes(file)) : fresh();
  }

  private static ObjectNode fresh() {
    ObjectNode root = Json.object();
    for (String kind : List.of(HOSTS, INSTANCES, VOLUMES, SNAPSHOTS)) {
      root.putObject(kind);
    }
    ObjectNode hosts = (ObjectNode) root.get(HOSTS);
    for (int i = 1; i <= 2; i++) {
      hosts
          .putObject("host-" + i)
          .put("id", "host-" + i)
          .put("name", "edge-node-" + i)
          .put("ip", "127.0.0." + (10 + i))
          .put("status", "UP");
    }
    root.putObject("storage").put("totalGb", 1000).put("freeGb", 800);
    return root;
  }

  /** Adds a thing under its {@code id}. */
  synchronized void add(String kind, ObjectNode thing) {
    ((ObjectNode) root.get(kind)).set(thing.get("id").asText(), thing);
    save();
  }

  synchronized void remove(String kind, String id) {
    ((ObjectNode) root.get(kind)).remove(id);
    save();
  }

  /** The thing itself, to be changed and saved; a refusal when there is none. */
  synchronized ObjectNode get(String kind, String id) {
    JsonNode found = root.get(kind).get(id);
    if (found == null) {
      throw CloudException.missing(kind, id);
    }
    return (ObjectNode) found;
  }

  /** Things of a kind, in the order they were made. */
  synchronized List<ObjectNode> all(String kind, Predicate<ObjectNode> wanted) {
    List<ObjectNode> result = new ArrayList<>();
    for (JsonNode thing : root.get(kind)) {
      if (wanted.test((ObjectNode) thing)) {
        result.add((ObjectNode) thing);
      }
    }
    return result;
  }

  /** Space as the platform tells it; the lab changes it. */
  synchronized ObjectNode storage() {
    return (ObjectNode) root.get("storage");
  }

  /** Changes one member of a thing. */
  synchronized void put(String kind, String id, String member, JsonNode value) {
    get(kind, id).set(member, value);
    save();
  }

  synchronized void save() {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.write(next, Json.bytes(root));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A page of things: {@code {list, total}}. */
  static ObjectNode page(List<ObjectNode> things, long page, long size) {
    ObjectNode out = Json.object().put("total", things.size());
    ArrayNode list = out.putArray("list");
    things.stream()
        .skip((Math.max(1, page) - 1) * Math.max(1, size))
        .limit(Math.max(1, size))
        .forEach(list::add);
    return out;
  }
}
