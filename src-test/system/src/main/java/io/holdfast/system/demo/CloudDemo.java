package io.holdfast.system.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCloud;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs after the launcher has started the Ceph cluster, the simulated Edge Cloud, server and agent:
 * registers platform and pool, backs a running instance up in full and by its changes, restores it
 * over the disks of another instance and over itself, and compares every disk. Ends with one line
 * {@code DEMO {…}}. Everything is left running.
 */
public final class CloudDemo {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long MIB = 1L << 20;
  private static final long SYSTEM_DISK = 2048 * MIB;
  private static final long DATA_DISK = 512 * MIB;
  private static final long CHANGE_OFFSET = 1024 * MIB;
  private static final long CHANGE_BYTES = 16 * MIB;
  private static final int SCATTERED = 16;
  private static final long SCATTERED_STEP = 96 * MIB;
  private static final int SCATTERED_BYTES = 4096;

  private final Installation installation;
  private final SimulatedCloud cloud;
  private final Operator operator;
  private final DemoTale tale = new DemoTale();
  private JsonNode vm;

  private CloudDemo(Path root, Path state) {
    this.installation = new Installation(root, state, Map.of());
    this.cloud =
        new SimulatedCloud(
            installation.port("hikcloud"),
            installation.port("hikcloud-lab"),
            state.resolve("ceph").resolve("ceph.conf"));
    this.operator = new Operator(installation.firstLogin(tale.password()));
  }

  /**
   * @param arguments the checkout and the state folder
   */
  public static void main(String[] arguments) throws JsonProcessingException {
    new CloudDemo(Path.of(arguments[0]), Path.of(arguments[1])).run();
  }

  private void run() throws JsonProcessingException {
    makeInstance();
    String agent = operator.onlineAgent(START_LIMIT);
    DemoTale.say("Agent online. Registering the simulated Edge Cloud, its Ceph pool and a pool.");
    String platform =
        operator
            .api()
            .post(
                "/platforms",
                cloud.registration("边缘云 演示 (simulated)", agent, SimulatedCloud.SECRET_KEY))
            .path("id")
            .asText();
    operator.api().post("/platforms/" + platform + "/ceph-storages", cloud.storage(agent));
    String pool =
        operator.createPool("demo-pool", agent, installation.state().resolve("pool").toString());
    Operator.Place place = new Operator.Place(platform, agent, pool);
    JsonNode node = operator.vmNode(platform, name(vm));
    backUp(operator.createJob("边缘站点 Edge 01", place, List.of(node), Map.of()));
    JsonNode newest = operator.restorePoints(platform, name(vm)).get(0);
    JsonNode point = operator.api().get("/restore-points/" + newest.path("id").asText());
    restoreOverAnother(platform, point);
    restoreOverItself(platform, point);
    tale.end(installation);
  }

  private void makeInstance() {
    vm = cloud.create("edge-01", SYSTEM_DISK, DATA_DISK);
    cloud.enter(id(vm), "ACTIVE");
    cloud.write(id(vm), 0, 0, 192 * MIB, 0x41);
    cloud.write(id(vm), 0, 768 * MIB, 64 * MIB, 0x42);
    cloud.write(id(vm), 1, 32 * MIB, 48 * MIB, 0x43);
  }

  private void backUp(String job) {
    DemoTale.say("Full backup of " + name(vm) + ", which runs …");
    JsonNode full = tale.timed("full", () -> operator.done(operator.start(job, "FULL")));
    DemoTale.say(DemoTale.line(full, "stored in whole 1 MiB chunks, compressed:"));
    cloud.write(id(vm), 0, CHANGE_OFFSET, CHANGE_BYTES, 0x44);
    for (int i = 0; i < SCATTERED; i++) {
      cloud.write(id(vm), 0, SCATTERED_STEP * i, SCATTERED_BYTES, i);
    }
    DemoTale.say(
        "The guest changed "
            + DemoTale.mib(CHANGE_BYTES)
            + " in one place and 4 KiB in "
            + SCATTERED
            + " places. Incremental …");
    JsonNode incremental =
        tale.timed("incremental", () -> operator.done(operator.start(job, "INCREMENTAL")));
    DemoTale.say(DemoTale.line(incremental, "stored in whole 1 MiB chunks, compressed:"));
    tale.put("console", installation.console());
    tale.put("disk_bytes", SYSTEM_DISK + DATA_DISK);
    tale.put("full_read_bytes", full.path("readBytes").asLong());
    tale.put("changed_bytes", CHANGE_BYTES + (long) SCATTERED * SCATTERED_BYTES);
    tale.put("incremental_read_bytes", incremental.path("readBytes").asLong());
  }

  private void restoreOverAnother(String platform, JsonNode point) {
    JsonNode target = cloud.create("edge-02", SYSTEM_DISK, DATA_DISK);
    DemoTale.say("Restore over the disks of another instance, edge-02 …");
    Map<String, Object> definition = definition("to edge-02", platform, point, "EXISTING_DISK");
    definition.put("targetVmId", id(target));
    definition.put(
        "disks", List.of(mapped(volume(vm, 0), target, 0), mapped(volume(vm, 1), target, 1)));
    JsonNode run = tale.timed("restore", () -> operator.done(operator.restore(definition)));
    tale.put("restore_new_identical", DemoTale.compare(run, digests(vm), digests(target)));
  }

  private static Map<String, Object> mapped(String from, JsonNode target, int disk) {
    return Map.of("diskKey", from, "targetDiskKey", volume(target, disk));
  }

  private void restoreOverItself(String platform, JsonNode point) {
    String expected = digests(vm);
    DemoTale.say(
        "Writing rubbish over " + name(vm) + ", then restoring it over itself, switched off …");
    cloud.write(id(vm), 0, 0, 64 * MIB, 0x99);
    cloud.enter(id(vm), "SHUTOFF");
    Map<String, Object> definition =
        definition("over " + name(vm), platform, point, "ORIGINAL_DISK");
    JsonNode run =
        tale.timed("restore_original", () -> operator.done(operator.restore(definition)));
    tale.put("restore_original_identical", DemoTale.compare(run, expected, digests(vm)));
  }

  private static Map<String, Object> definition(
      String name, String platform, JsonNode point, String mode) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", name);
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", platform);
    definition.put("mode", mode);
    definition.put("overwrite", true);
    return definition;
  }

  private String digests(JsonNode instance) {
    StringBuilder all = new StringBuilder();
    for (JsonNode volume : instance.path("volumes")) {
      all.append(cloud.digest(volume.path("rbdName").asText())).append(' ');
    }
    return all.toString();
  }

  private static String id(JsonNode instance) {
    return instance.path("id").asText();
  }

  private static String name(JsonNode instance) {
    return instance.path("name").asText();
  }

  private static String volume(JsonNode instance, int disk) {
    return instance.path("volumes").path(disk).path("id").asText();
  }
}
