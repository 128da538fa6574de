package io.holdfast.system.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

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
  private final String password = newPassword();
  private final Map<String, Object> result = new LinkedHashMap<>();
  private final Map<String, Object> seconds = new LinkedHashMap<>();

  private Demo(Path root, Path state) {
    this.installation = new Installation(root, state, Map.of());
    this.cas = installation.simulator();
    this.operator = new Operator(installation.firstLogin(password));
  }

  /**
   * @param arguments the checkout and the state folder
   */
  public static void main(String[] arguments) throws JsonProcessingException {
    new Demo(Path.of(arguments[0]), Path.of(arguments[1])).run();
  }

  private void run() throws JsonProcessingException {
    String agent = operator.onlineAgent(START_LIMIT);
    say("Agent online. Registering the simulated H3C CAS and a pool.");
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
    result.put("seconds", seconds);
    say("");
    say("The server is left running: " + installation.console());
    say("  user admin, password " + password);
    say("Stop everything with: ear/bin/holdfast --state '" + installation.state() + "' stop");
    System.out.println("DEMO " + new ObjectMapper().writeValueAsString(result));
  }

  private void backUp(String job) {
    say("Full backup of " + VM + ", which goes on writing meanwhile …");
    cas.startLoad(VM, "vda", LOAD_BYTES_PER_SECOND, LOAD_SPAN);
    JsonNode full = timed("full", () -> operator.done(operator.start(job, "FULL")));
    long duringFull = cas.stopLoad(VM);
    say(
        line(full, "stored in whole 1 MiB chunks, compressed:")
            + "; the guest wrote "
            + mib(duringFull)
            + " in the meantime");
    cas.write(VM, "vda", CHANGE_OFFSET, CHANGE_BYTES, 7);
    for (int i = 0; i < SCATTERED; i++) {
      cas.write(VM, "vda", SCATTERED_STEP * i, SCATTERED_BYTES, i);
    }
    say(
        "The guest changed "
            + mib(CHANGE_BYTES)
            + " in one place and 4 KiB in "
            + SCATTERED
            + " places. Incremental …");
    JsonNode incremental =
        timed("incremental", () -> operator.done(operator.start(job, "INCREMENTAL")));
    say(line(incremental, "stored in whole 1 MiB chunks, compressed:"));
    long diskBytes = 0;
    for (JsonNode disk : incremental.path("vms").path(0).path("disks")) {
      diskBytes += disk.path("sizeBytes").asLong();
    }
    result.put("console", installation.console());
    result.put("disk_bytes", diskBytes);
    result.put("full_read_bytes", full.path("readBytes").asLong());
    result.put("changed_bytes", duringFull + CHANGE_BYTES + (long) SCATTERED * SCATTERED_BYTES);
    result.put("incremental_read_bytes", incremental.path("readBytes").asLong());
  }

  private void restoreToNewVm(String platform, JsonNode point) {
    String expected = digests(VM, point);
    say("Restore to the new VM " + COPY + " …");
    Map<String, Object> definition = definition("to " + COPY, platform, point);
    definition.put("mode", "NEW_VM");
    definition.put("newVmName", COPY);
    definition.put("targetHostId", point.path("hostId").asText());
    JsonNode run = timed("restore", () -> operator.done(operator.restore(definition)));
    result.put("restore_new_identical", compare(run, expected, digests(COPY, point)));
  }

  private void restoreOverOriginal(String platform, JsonNode point) {
    String expected = digests(COPY, point);
    say("Writing rubbish over " + VM + ", then restoring it over itself …");
    cas.write(VM, "vda", 0, RUBBISH_BYTES, 99);
    Map<String, Object> definition = definition("over " + VM, platform, point);
    definition.put("mode", "ORIGINAL_VM");
    definition.put("overwrite", true);
    JsonNode run = timed("restore_original", () -> operator.done(operator.restore(definition)));
    result.put("restore_original_identical", compare(run, expected, digests(VM, point)));
  }

  private static Map<String, Object> definition(String name, String platform, JsonNode point) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", name);
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", platform);
    return definition;
  }

  private static boolean compare(JsonNode run, String expected, String actual) {
    boolean same = expected.equals(actual);
    say(
        line(run, "written")
            + ", "
            + (same ? "identical" : "DIFFERENT: " + expected + " / " + actual));
    return same;
  }

  private String digests(String vm, JsonNode point) {
    StringBuilder all = new StringBuilder();
    for (JsonNode disk : point.path("disks")) {
      String device = disk.path("device").asText();
      all.append(device).append('=').append(cas.digest(vm, device, "")).append(' ');
    }
    return all.toString();
  }

  private JsonNode timed(String name, Supplier<JsonNode> step) {
    long begun = System.nanoTime();
    JsonNode answer = step.get();
    seconds.put(name, Math.round((System.nanoTime() - begun) / 1e7) / 100.0);
    return answer;
  }

  private static String line(JsonNode run, String kept) {
    return "  done: read "
        + mib(run.path("readBytes").asLong())
        + ", "
        + kept
        + " "
        + mib(run.path("storedBytes").asLong());
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static void say(String text) {
    System.err.println(text);
  }

  private static String newPassword() {
    String letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    StringBuilder made = new StringBuilder("Hf1-");
    new SecureRandom().ints(12, 0, letters.length()).forEach(i -> made.append(letters.charAt(i)));
    return made.toString();
  }
}
