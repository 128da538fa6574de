package io.holdfast.system.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs after the launcher has started simulator, server and agent: registers the CAS, backs the
 * running VM {@value #VM} up in full while it writes, again by changed blocks, restores it to a new
 * VM and over itself, and compares every disk. Ends with one line {@code DEMO {…}}. Everything is
 * left running.
 */
public final class Demo {
  private static final String VM = "web-01";
  private static final String COPY = "web-01-restored";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long LOAD_BYTES_PER_SECOND = 2L << 20;
  private static final long LOAD_SPAN = 256L << 20;
  private static final long CHANGE_OFFSET = 320L << 20;
  private static final long CHANGE_BYTES = 24L << 20;
  private static final long SCATTERED_STEP = 48L << 20;
  private static final int SCATTERED = 16;
  private static final int SCATTERED_BYTES = 4096;
  private static final long RUBBISH_BYTES = 64L << 20;

  private final Installation installation;
  private final SimulatedCas cas;
  private final Operator operator;
  private final DemoTale tale = new DemoTale();

  private Demo(Path root, Path state) {
    this.installation = new Installation(root, state, Map.of());
    this.cas = installation.simulator();
    this.operator = new Operator(installation.firstLogin(tale.password()));
  }

  /**
   * @param arguments the checkout and the state folder
   */
  public static void main(String[] arguments) throws JsonProcessingException {
    new Demo(Path.of(arguments[0]), Path.of(arguments[1])).run();
  }

  private void run() throws JsonProcessingException {
    String agent = operator.onlineAgent(START_LIMIT);
    DemoTale.say("Agent online. Registering the simulated H3C CAS and a pool.");
    String platform = operator.addCas("CAS 演示 (simulated)", cas.cvmPort(), agent);
    String pool =
        operator.createPool("demo-pool", agent, installation.state().resolve("pool").toString());
    Operator.Place place = new Operator.Place(platform, agent, pool);
    JsonNode vm = operator.vmNode(platform, VM);
    String job = operator.createJob("门户网站 Web 01", place, List.of(vm), Map.of());
    backUp(job);
    JsonNode newest = operator.restorePoints(platform, VM).get(0);
    JsonNode point = operator.api().get("/restore-points/" + newest.path("id").asText());
    restoreToNewVm(platform, point);
    restoreOverOriginal(platform, point);
    tale.end(installation);
  }

  private void backUp(String job) {
    DemoTale.say("Full backup of " + VM + ", which goes on writing meanwhile …");
    cas.startLoad(VM, "vda", LOAD_BYTES_PER_SECOND, LOAD_SPAN);
    JsonNode full = tale.timed("full", () -> operator.done(operator.start(job, "FULL")));
    long duringFull = cas.stopLoad(VM);
    DemoTale.say(
        DemoTale.line(full, "stored in whole 1 MiB chunks, compressed:")
            + "; the guest wrote "
            + DemoTale.mib(duringFull)
            + " in the meantime");
    cas.write(VM, "vda", CHANGE_OFFSET, CHANGE_BYTES, 7);
    for (int i = 0; i < SCATTERED; i++) {
      cas.write(VM, "vda", SCATTERED_STEP * i, SCATTERED_BYTES, i);
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
    long diskBytes = 0;
    for (JsonNode disk : incremental.path("vms").path(0).path("disks")) {
      diskBytes += disk.path("sizeBytes").asLong();
    }
    tale.put("console", installation.console());
    tale.put("disk_bytes", diskBytes);
    tale.put("full_read_bytes", full.path("readBytes").asLong());
    tale.put("changed_bytes", duringFull + CHANGE_BYTES + (long) SCATTERED * SCATTERED_BYTES);
    tale.put("incremental_read_bytes", incremental.path("readBytes").asLong());
  }

  private void restoreToNewVm(String platform, JsonNode point) {
    String expected = digests(VM, point);
    DemoTale.say("Restore to the new VM " + COPY + " …");
    Map<String, Object> definition = definition("to " + COPY, platform, point);
    definition.put("mode", "NEW_VM");
    definition.put("newVmName", COPY);
    definition.put("targetHostId", point.path("hostId").asText());
    JsonNode run = tale.timed("restore", () -> operator.done(operator.restore(definition)));
    tale.put("restore_new_identical", DemoTale.compare(run, expected, digests(COPY, point)));
  }

  private void restoreOverOriginal(String platform, JsonNode point) {
    String expected = digests(COPY, point);
    DemoTale.say("Writing rubbish over " + VM + ", then restoring it over itself …");
    cas.write(VM, "vda", 0, RUBBISH_BYTES, 99);
    Map<String, Object> definition = definition("over " + VM, platform, point);
    definition.put("mode", "ORIGINAL_VM");
    definition.put("overwrite", true);
    JsonNode run =
        tale.timed("restore_original", () -> operator.done(operator.restore(definition)));
    tale.put("restore_original_identical", DemoTale.compare(run, expected, digests(VM, point)));
  }

  private static Map<String, Object> definition(String name, String platform, JsonNode point) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", name);
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", platform);
    return definition;
  }

  private String digests(String vm, JsonNode point) {
    StringBuilder all = new StringBuilder();
    for (JsonNode disk : point.path("disks")) {
      String device = disk.path("device").asText();
      all.append(device).append('=').append(cas.digest(vm, device, "")).append(' ');
    }
    return all.toString();
  }
}
