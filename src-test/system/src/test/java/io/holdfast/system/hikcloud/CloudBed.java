package io.holdfast.system.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.Bed;
import io.holdfast.system.OncePerProcess;
import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCloud;
import io.holdfast.toolkit.CephBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The shared installation with an Edge Cloud on a Ceph cluster registered, its pool too. Made at
 * the first use, stopped when all tests are done. Tests make instances of their own names.
 */
public final class CloudBed implements AutoCloseable {
  private static final int START_SECONDS = 90;
  private static final OncePerProcess<CloudBed> SHARED =
      new OncePerProcess<>(() -> new CloudBed(Bed.shared()));

  private final Bed bed;
  private final Process process;
  private final SimulatedCloud cloud;
  private final Operator.Place place;

  private CloudBed(Bed bed) {
    this.bed = bed;
    Path configuration = CephBed.shared().configuration();
    try {
      Path folder = Files.createTempDirectory("holdfast-cloud");
      Path log = folder.resolve("hikcloud.out");
      process = start(folder, configuration, log);
      JsonNode ports = ports(log);
      cloud =
          new SimulatedCloud(
              ports.path("port").asInt(), ports.path("labPort").asInt(), configuration);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    String agent = bed.place().agentId();
    String platform =
        api()
            .post(
                "/platforms", cloud.registration(Bed.name("边缘云"), agent, SimulatedCloud.SECRET_KEY))
            .path("id")
            .asText();
    api().post("/platforms/" + platform + "/ceph-storages", cloud.storage(agent));
    place = new Operator.Place(platform, agent, bed.place().poolId());
  }

  private static Process start(Path folder, Path configuration, Path log) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-cp",
            Bed.ROOT.resolve("src-test/simulator/target/holdfast-simulator.jar").toString(),
            "io.holdfast.simulator.hikcloud.HikCloudMain",
            "--state",
            folder.resolve("state").toString(),
            "--ceph-conf",
            configuration.toString(),
            "--port",
            "0",
            "--lab-port",
            "0")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private JsonNode ports(Path log) throws IOException {
    try {
      for (int i = 0; i < START_SECONDS * 5; i++) {
        for (String line : Files.readAllLines(log)) {
          if (line.startsWith("READY ")) {
            return new ObjectMapper().readTree(line.substring("READY ".length()));
          }
        }
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    process.destroy();
    throw new IOException(Files.readString(log));
  }

  public Bed bed() {
    return bed;
  }

  public SimulatedCloud cloud() {
    return cloud;
  }

  public Operator operator() {
    return bed.operator();
  }

  public JsonHttp api() {
    return bed.api();
  }

  public Operator.Place place() {
    return place;
  }

  /** A running instance with empty disks of these sizes, as the lab describes it. */
  public JsonNode running(String what, long... sizes) {
    JsonNode instance = cloud.create(Bed.name(what), sizes);
    cloud.enter(instance.path("id").asText(), "ACTIVE");
    return instance;
  }

  public static String id(JsonNode instance) {
    return instance.path("id").asText();
  }

  public static String name(JsonNode instance) {
    return instance.path("name").asText();
  }

  /** The image of one of its disks. */
  public static String image(JsonNode instance, int disk) {
    return instance.path("volumes").path(disk).path("rbdName").asText();
  }

  /** The platform's id of one of its volumes, which is its disk's key. */
  public static String volume(JsonNode instance, int disk) {
    return instance.path("volumes").path(disk).path("id").asText();
  }

  public String digest(JsonNode instance, int disk) {
    return cloud.digest(image(instance, disk));
  }

  /** A manual job for one instance. */
  public String job(JsonNode instance, Map<String, Object> options) {
    JsonNode node = operator().vmNode(place.platformId(), name(instance));
    return operator().createJob(Bed.name("job " + name(instance)), place, List.of(node), options);
  }

  /** Runs a job to its end, whatever it is, and gives the only VM of the run. */
  public JsonNode run(String job, String type) {
    JsonNode run = operator().ended(operator().start(job, type));
    if (run.path("vms").size() != 1) {
      throw new IllegalStateException(run + " " + log(run.path("id").asText()));
    }
    return run.path("vms").get(0);
  }

  /** A run that must succeed, and the only VM of it. */
  public JsonNode done(String job, String type) {
    return operator().done(operator().start(job, type)).path("vms").get(0);
  }

  String log(String run) {
    return api().get("/runs/" + run + "/log").toString();
  }

  /** The newest restore point, in full. */
  public JsonNode point(JsonNode instance) {
    JsonNode points = operator().restorePoints(place.platformId(), name(instance));
    return api().get("/restore-points/" + points.path(0).path("id").asText());
  }

  /** A restore over the disks that it was taken from. */
  Map<String, Object> toOriginal(JsonNode point) {
    return definition(point, "ORIGINAL_DISK");
  }

  /** A restore over disks of an instance: each source disk's key with its target's. */
  Map<String, Object> toDisksOf(JsonNode point, JsonNode target, Map<String, String> mapping) {
    Map<String, Object> definition = definition(point, "EXISTING_DISK");
    definition.put("targetVmId", id(target));
    definition.put(
        "disks",
        mapping.entrySet().stream()
            .map(each -> Map.of("diskKey", each.getKey(), "targetDiskKey", each.getValue()))
            .toList());
    return definition;
  }

  private Map<String, Object> definition(JsonNode point, String mode) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", Bed.name("restore"));
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", place.platformId());
    definition.put("mode", mode);
    definition.put("overwrite", true);
    return definition;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  /** Gives tests the shared bed as a parameter. */
  public static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == CloudBed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return SHARED.get();
    }
  }
}
