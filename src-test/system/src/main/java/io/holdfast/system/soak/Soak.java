package io.holdfast.system.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs after the launcher has started simulator, server and agent: backs a VM up and restores it
 * again and again while server or agent are killed at random moments; every restore must be equal
 * to the VM as it was at its restore point, and at the end every restore point is restored once
 * more. The seed is printed first. Ends with one line {@code SOAK {…}} and exit code 1 when
 * anything differed or did not end.
 */
public final class Soak {
  private static final long MIB = 1 << 20;
  private static final long DISK_BYTES = 512 * MIB;
  private static final String VM = "soak-01";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final List<String> TYPES = List.of("FULL", "INCREMENTAL", "DIFFERENTIAL");

  private final SoakOptions options;
  private final Random random;
  private final Installation installation;
  private final SimulatedCas cas;
  private final Operator operator;
  private final RandomKills kills;
  private final Map<String, String> digestsOfPoint = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private String platform;
  private String job;
  private int rounds;
  private int restores;

  private Soak(Path root, Path state, SoakOptions options) {
    this.options = options;
    this.random = new Random(options.seed());
    this.installation = new Installation(root, state, Map.of());
    this.cas = installation.simulator();
    this.operator = new Operator(installation.firstLogin("Soak-" + options.seed() + "-Aa1"));
    this.kills = new RandomKills(installation, operator, random, Soak::say);
  }

  /**
   * @param arguments the checkout, the state folder, then options
   */
  public static void main(String[] arguments) throws JsonProcessingException {
    SoakOptions options =
        SoakOptions.of(
            Arrays.asList(arguments).subList(2, arguments.length),
            new SecureRandom().nextInt(Integer.MAX_VALUE));
    say("soak --seed " + options.seed());
    Soak soak = new Soak(Path.of(arguments[0]), Path.of(arguments[1]), options);
    soak.run();
    System.exit(soak.failures.isEmpty() ? 0 : 1);
  }

  private void run() throws JsonProcessingException {
    prepare();
    long end = System.nanoTime() + options.time().toNanos();
    do {
      rounds++;
      backUp();
      restore(point(), options.kills());
    } while (System.nanoTime() < end && failures.isEmpty());
    say("All " + digestsOfPoint.size() + " restore points once more, without kills …");
    List.copyOf(digestsOfPoint.keySet()).forEach(point -> restore(point, 0));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("seed", options.seed());
    result.put("rounds", rounds);
    result.put("kills", kills.count());
    result.put("restore_points", digestsOfPoint.size());
    result.put("restores", restores);
    result.put("failures", failures);
    System.out.println("SOAK " + new ObjectMapper().writeValueAsString(result));
  }

  private void prepare() {
    String agent = operator.onlineAgent(START_LIMIT);
    platform = operator.addCas("soak", cas.cvmPort(), agent);
    String pool =
        operator.createPool(
            "soak", agent, installation.state().resolve("pool").toString(), kindOfPool());
    List<Map<String, Object>> content =
        List.of(
            Map.of("offset", 0, "length", 64 * MIB, "kind", "random", "seed", random.nextInt()));
    cas.createVm(
        VM,
        true,
        List.of(
            Map.of(
                "sizeBytes", DISK_BYTES, "format", "qcow2", "pool", "share01", "content", content),
            Map.of(
                "sizeBytes", DISK_BYTES, "format", "raw", "pool", "share01", "content", content)));
    job =
        operator.createJob(
            "soak",
            new Operator.Place(platform, agent, pool),
            List.of(operator.vmNode(platform, VM)),
            Map.of("streamsPerDisk", 2, "disksPerVm", 2));
  }

  private String kindOfPool() {
    return random.nextBoolean() ? "STANDARD" : "DEDUP";
  }

  /** The VM writes before its backup and not during it: what it has then is what is backed up. */
  private void backUp() {
    for (int i = random.nextInt(6); i > 0; i--) {
      long length = 4096L * (1 + random.nextInt(2048));
      long offset = 4096L * random.nextInt((int) ((DISK_BYTES - length) / 4096));
      cas.write(VM, random.nextBoolean() ? "vda" : "vdb", offset, length, random.nextInt());
    }
    slowDown();
    String type = TYPES.get(random.nextInt(TYPES.size()));
    say("Round " + rounds + ": " + type + " backup");
    String before = newest();
    JsonNode run = kills.during(operator.start(job, type), killsNow(), LONGEST_WAIT);
    cas.clearFaults();
    String made = newest();
    if (!made.equals(before)) {
      digestsOfPoint.put(made, digests(VM));
    }
    checkDone(run, "backup");
    Waiting.until("no snapshot left behind", START_LIMIT, () -> cas.snapshots(VM), List::isEmpty);
  }

  private void restore(String point, int mostKills) {
    if (point.isEmpty()) {
      return;
    }
    restores++;
    String copy = "soak-copy-" + restores;
    say("Round " + rounds + ": restore of " + point + " to " + copy);
    JsonNode detail = operator.api().get("/restore-points/" + point);
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", copy);
    definition.put("restorePointId", point);
    definition.put("platformId", platform);
    definition.put("mode", "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", detail.path("hostId").asText());
    String run = operator.restore(definition);
    boolean done =
        checkDone(
            kills.during(run, mostKills == 0 ? 0 : killsNow(), LONGEST_WAIT),
            "restore of " + point);
    if (done && !digests(copy).equals(digestsOfPoint.get(point))) {
      fail("restore " + run + " of " + point + " differs");
    }
    if (done) {
      cas.deleteVm(copy);
    }
  }

  private int killsNow() {
    return random.nextInt(options.kills() + 1);
  }

  private void slowDown() {
    cas.fault(
        Map.of(
            "match", "data-plane read", "action", "delay", "ms", random.nextInt(60), "times", 0));
  }

  private boolean checkDone(JsonNode run, String what) {
    if ("DONE".equals(run.path("state").asText())) {
      return true;
    }
    fail(
        what
            + " ended "
            + run
            + "\n"
            + operator.api().get("/runs/" + run.path("id").asText() + "/log").toPrettyString());
    return false;
  }

  private void fail(String what) {
    say("FAILED (--seed " + options.seed() + "): " + what);
    failures.add(what.lines().findFirst().orElse(what));
  }

  private String newest() {
    return operator.restorePoints(platform, VM).path(0).path("id").asText();
  }

  private String point() {
    List<String> points = List.copyOf(digestsOfPoint.keySet());
    return points.isEmpty() ? "" : points.get(random.nextInt(points.size()));
  }

  private String digests(String vm) {
    return "vda=" + cas.digest(vm, "vda", "") + " vdb=" + cas.digest(vm, "vdb", "");
  }

  private static void say(String text) {
    System.err.println(text);
  }
}
