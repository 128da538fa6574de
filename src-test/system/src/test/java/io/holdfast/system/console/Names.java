package io.holdfast.system.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Names on the pages that no translation can know: of tests, of the platform, of the machine. */
final class Names {
  static final String PLATFORM = "console-platform-";
  static final String POOL = "console-pool-";
  static final String JOB = "console-job-";
  static final String FOLDER = "pool of the console ";
  static final String COPY = "console-copy-";

  static final String USER = "web-user";

  /** Of the simulated platform's storage, networks and disks. */
  private static final List<String> SIMULATED =
      List.of(
          "本地默认存储",
          "共享存储 01",
          "NFS 备用存储",
          "iSCSI 块存储",
          "业务网-VLAN20",
          "Default",
          "share01",
          "nfs01",
          "lun01",
          "defaultpool",
          "vswitch-",
          "vswitch0",
          "vswitch1",
          "vda",
          "vdb",
          // What the simulated Edge Cloud calls itself and its keys.
          "Hikvision Edge Cloud",
          "AKLAB",
          "edge-node-",
          "nowhere",
          "Access Key",
          "Secret Key");

  private Names() {}

  /** All of them, for {@link Wording}. */
  static List<String> of(Bed bed) {
    List<String> names =
        new ArrayList<>(
            List.of(
                PLATFORM,
                POOL,
                JOB,
                COPY,
                FOLDER,
                USER,
                "admin",
                "system",
                "jboss-cli",
                "fleet-", // VMs of the fleet, and titles of the campaign's
                "随机",
                "-copy",
                "hfsnap-",
                "local agent",
                Way.VM));
    names.addAll(SIMULATED);
    names.addAll(Bed.namesGiven());
    names.add(bed.installation().state().toString());
    bed.api()
        .get("/platforms/" + bed.place().platformId() + "/inventory?refresh=true")
        .forEach(
            node -> {
              names.add(node.path("name").asText());
              names.add(node.path("title").asText());
            });
    bed.api().get("/agents").forEach(agent -> addTexts(names, agent));
    bed.api()
        .get("/pools")
        .forEach(
            pool -> {
              names.add(pool.path("name").asText());
              names.add(pool.path("folder").asText());
            });
    bed.api().get("/platforms").forEach(one -> names.add(one.path("name").asText()));
    for (var done : bed.api().get("/snapshot-operations?limit=1000").path("items")) {
      names.add(done.path("snapshot").asText());
    }
    for (String list : List.of("/jobs", "/runs", "/restore-jobs")) {
      for (var entry : bed.api().get(list + "?limit=1000").path("items")) {
        names.add(entry.path("name").asText());
        names.add(entry.path("jobName").asText());
      }
    }
    names.add(machine());
    names.add(ZoneId.systemDefault().getId());
    return names;
  }

  private static void addTexts(List<String> names, JsonNode node) {
    if (node.isContainerNode()) {
      node.forEach(part -> addTexts(names, part));
    } else if (!"detail".equals(node.asText())) {
      names.add(node.asText());
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
