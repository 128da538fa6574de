package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One VM with two disks, and a platform's book of its snapshots, which are in the cluster too. */
final class Instances {
  static final String VM = "vm-1";
  static final String ROOT = "vol-root";
  static final String SECOND = "vol-2";

  /** Calls about it, as {@link ScriptedCloud} counts and answers them. */
  static final String TAKE = "POST /snapshots";

  static final String FREEZE = "POST /instances/vm-1/action#freeze";
  static final String THAW = "POST /instances/vm-1/action#thaw";
  static final String START = "POST /instances/vm-1/action#start";
  static final String STOP = "POST /instances/vm-1/action#stop";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Instances() {}

  static String volume(String id, String device, String more) {
    return "{\"id\":\"%s\",\"device\":\"/dev/%s\",\"sizeGb\":0.0625,\"pool\":\"%s\","
            .formatted(id, device, ScriptedCloud.POOL)
        + "\"storageType\":\"ceph\""
        + more
        + "}";
  }

  static String twoVolumes() {
    return volume(SECOND, "vdb", "") + "," + volume(ROOT, "vda", ",\"bootable\":true");
  }

  static String vm(String status, String more, String volumes) {
    return ("{\"id\":\"vm-1\",\"name\":\"门户\",\"hostId\":\"h1\",\"status\":\"%s\",\"taskState\":\"\","
            + "\"vcpu\":2,\"memoryMb\":2048,\"qga\":{\"installed\":true,\"running\":true},"
            + "\"nics\":[{\"mac\":\"fa:16\",\"network\":\"lab\"}]%s,\"volumes\":[%s]}")
        .formatted(status, more, volumes);
  }

  /** The VM in this state, running on host h1. */
  static ScriptedCloud of(ScriptedCloud cloud, String status) {
    return told(cloud, vm(status, "", twoVolumes()));
  }

  static ScriptedCloud told(ScriptedCloud cloud, String vm) {
    return cloud
        .now("GET /instances/vm-1", vm)
        .now(
            "GET /hosts",
            "{\"list\":[{\"id\":\"h1\",\"name\":\"node1\",\"ip\":\"10.0.0.1\"}],\"total\":1}");
  }

  /** The images of the two disks. */
  static ScriptedCeph images() {
    return new ScriptedCeph()
        .with("vm-1_disk", ScriptedCeph.State.plain("aaa"))
        .with(SECOND, ScriptedCeph.State.plain("bbb"));
  }

  /** The platform's snapshots. */
  static final class Book {
    final List<ObjectNode> snapshots = new CopyOnWriteArrayList<>();
    private final ScriptedCeph ceph;
    private int groups;
    private int count;

    Book(ScriptedCloud cloud, ScriptedCeph ceph) {
      this.ceph = ceph;
      cloud.on("GET /snapshots", this::list).on("POST /snapshots", this::create);
      cloud
          .on("POST /instances/vm-1/action#freeze", "{}")
          .on("POST /instances/vm-1/action#thaw", "{}");
      for (int i = 1; i <= 20; i++) {
        String id = "s" + i;
        cloud.on("PUT /snapshots/" + id, (exchange, body) -> rename(exchange, id, body));
        cloud.on("DELETE /snapshots/" + id, (exchange, body) -> delete(exchange, id));
      }
    }

    List<String> names() {
      return snapshots.stream().map(each -> each.get("name").asText()).toList();
    }

    private void list(HttpExchange exchange, JsonNode body) throws IOException {
      ObjectNode page = JSON.createObjectNode().put("total", snapshots.size());
      page.putArray("list").addAll(List.copyOf(snapshots));
      ScriptedCloud.data(page.toString()).send(exchange, body);
    }

    void create(HttpExchange exchange, JsonNode body) throws IOException {
      take(body.get("name").asText(), ids(body));
      ScriptedCloud.data("{}").send(exchange, body);
    }

    private static List<String> ids(JsonNode body) {
      List<String> result = new ArrayList<>();
      body.get("volumeIds").forEach(each -> result.add(each.asText()));
      return result;
    }

    void take(String name, List<String> volumes) {
      groups++;
      for (String volume : volumes) {
        count++;
        String id = "s" + count;
        snapshots.add(
            JSON.createObjectNode()
                .put("id", id)
                .put("groupId", "g" + groups)
                .put("name", name)
                .put("volumeId", volume)
                .put("instanceId", VM)
                .put("status", "available")
                .put("createdAt", Instant.now().plusMillis(groups).toString()));
        String image = volume.equals(ROOT) ? "vm-1_disk" : volume;
        ceph.with(image + "@" + id, ScriptedCeph.State.plain(image.equals(SECOND) ? "bbb" : "aaa"));
      }
    }

    private void rename(HttpExchange exchange, String id, JsonNode body) throws IOException {
      for (ObjectNode each : snapshots) {
        if (each.get("id").asText().equals(id)) {
          each.put("name", body.get("name").asText());
        }
      }
      ScriptedCloud.data("{}").send(exchange, body);
    }

    private void delete(HttpExchange exchange, String id) throws IOException {
      boolean gone = snapshots.removeIf(each -> each.get("id").asText().equals(id));
      (gone ? ScriptedCloud.data("{}") : ScriptedCloud.refusal(404, "HEC-40401", "gone"))
          .send(exchange, JSON.createObjectNode());
    }
  }
}
