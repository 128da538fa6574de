package io.holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One installation for all tests that can share it: server, agent and simulator started by the
 * launcher, a CAS registered, a pool made. Made at the first use, stopped when the process ends;
 * its folder has a space and Chinese in its name on purpose. Tests make VMs of their own names.
 */
public final class Bed implements AutoCloseable {
  /** The checkout. */
  public static final Path ROOT = Path.of(System.getProperty("holdfast.root"));

  /** Of the first administrator. */
  public static final String PASSWORD = "Bed-Test-2468";

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final int FIRST_OFFSET = 10;
  private static final int OFFSET_RANGES = 95;
  private static final AtomicInteger OFFSET_RANGE =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(OFFSET_RANGES));

  /** Which of the processes that the tests are spread over this is; 1 when there is one. */
  private static final int PROCESS = Integer.getInteger("holdfast.process", 1);

  private static final OncePerProcess<Bed> SHARED =
      new OncePerProcess<>(() -> new Bed("共享 shared " + PROCESS, with(Map.of())));
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Queue<String> GIVEN = new ConcurrentLinkedQueue<>();

  private final Installation installation;
  private final SimulatedCas cas;
  private final String initialPassword;
  private final Operator operator;
  private final Operator.Place place;

  private Bed(String name, Map<String, String> environment) {
    Path state = ROOT.resolve("src-test/system/target/bed " + name);
    this.installation = new Installation(ROOT, state, environment);
    if (Files.exists(state)) {
      installation.holdfast("stop").orFail(); // an earlier run that was cut off
      deleteRecursively(state);
    }
    start();
    this.cas = installation.simulator();
    this.initialPassword = installation.read("initial-admin-password");
    this.operator = new Operator(installation.firstLogin(PASSWORD));
    String agent = operator.onlineAgent(START_LIMIT);
    String platform = operator.addCas("CAS 测试", cas.cvmPort(), agent);
    String pool = operator.createPool("pool one", agent, state.resolve("pool one").toString());
    this.place = new Operator.Place(platform, agent, pool);
  }

  private void start() {
    try {
      installation.holdfast("simulator", "--seed", "demo").orFail();
      installation.holdfast("start").orFail();
    } catch (IllegalStateException failed) {
      installation.holdfast("stop");
      throw failed;
    }
  }

  /** The one that all tests of this process share. */
  public static Bed shared() {
    return SHARED.get();
  }

  /** A bed of its own, for tests that break it; to be closed by the test. */
  static Bed own(String name, Map<String, String> environment) {
    return new Bed(name, with(environment));
  }

  private static Map<String, String> with(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>();
    all.put("HOLDFAST_PLATFORM_LOOK_SECONDS", "0"); // would meet the faults that tests order
    all.putAll(environment);
    all.put(
        "LC_ALL", "C"); // as services and cron have it; the folder's name is Chinese all the same
    all.put(
        "HOLDFAST_CVDSDK_FOLDER", ROOT.resolve("src-test/cvdsdk/target/classes/native").toString());
    all.put("HOLDFAST_PORT_OFFSET", Integer.toString(nextPortOffset()));
    return all;
  }

  /** No two beds of a test run have the same: even hundreds in one process, odd in the other. */
  private static int nextPortOffset() {
    int range = OFFSET_RANGE.getAndIncrement() % OFFSET_RANGES;
    return (FIRST_OFFSET + 2 * range + PROCESS % 2) * 100;
  }

  public Installation installation() {
    return installation;
  }

  /** What the first start gave the administrator; changed by now. */
  String initialPassword() {
    return initialPassword;
  }

  public SimulatedCas cas() {
    return cas;
  }

  public Operator operator() {
    return operator;
  }

  public JsonHttp api() {
    return operator.api();
  }

  public Operator.Place place() {
    return place;
  }

  /** A name no other test uses. */
  public static String name(String what) {
    String name = what + "-" + NAMES.incrementAndGet();
    GIVEN.add(name);
    return name;
  }

  /** Every name given so far, also of what is deleted by now. */
  public static List<String> namesGiven() {
    return List.copyOf(GIVEN);
  }

  /** A disk for {@link SimulatedCas#createVm}: size, format and random content at some places. */
  static Map<String, Object> disk(
      long sizeBytes, String format, List<Map<String, Object>> content) {
    return Map.of("sizeBytes", sizeBytes, "format", format, "pool", "share01", "content", content);
  }

  static Map<String, Object> content(long offset, long length, String kind, int seed) {
    return Map.of("offset", offset, "length", length, "kind", kind, "seed", seed);
  }

  /** A running VM and a manual job for it alone. */
  public String jobFor(String vm, Map<String, Object> options) {
    JsonNode node = operator.vmNode(place.platformId(), vm);
    return operator.createJob(name("job " + vm), place, List.of(node), options);
  }

  /** What the agent's process has in memory now. */
  long agentResidentKib() {
    Path file = Path.of("/proc", Long.toString(installation.pid("agent")), "status");
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  JsonNode newestPoint(String vm) {
    JsonNode points = operator.restorePoints(place.platformId(), vm);
    return api().get("/restore-points/" + points.get(0).path("id").asText());
  }

  /** Names of snapshots of ours that stand on a VM, by the lab's view of the platform. */
  List<String> digests(String vm, JsonNode point) {
    return Stream.iterate(0, i -> i < point.path("disks").size(), i -> i + 1)
        .map(i -> point.path("disks").get(i).path("device").asText())
        .map(device -> device + "=" + cas.digest(vm, device, ""))
        .toList();
  }

  @Override
  public void close() {
    installation.holdfast("stop").orFail();
  }

  static void deleteRecursively(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Gives tests the shared bed as a parameter. */
  public static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Bed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return shared();
    }
  }
}
