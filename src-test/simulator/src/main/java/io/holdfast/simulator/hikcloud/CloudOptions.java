package io.holdfast.simulator.hikcloud;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the simulated platform is started.
 *
 * @param state folder of its own state
 * @param cephConf the cluster's configuration
 * @param pool the Ceph pool of all volumes; the platform calls it by a UUID, which is its name
 * @param port 0 for any
 * @param labPort 0 for any
 * @param accessKey Access Key of the one account
 * @param secretKey its Secret Key
 * @param templates names of RBD images and snapshots
 * @param keepsEmptyLines the signed text keeps a line for headers that are absent
 */
record CloudOptions(
    Path state,
    Path cephConf,
    String pool,
    int port,
    int labPort,
    boolean tls,
    String accessKey,
    String secretKey,
    Templates templates,
    boolean keepsEmptyLines) {

  /** Templates with {@code {volume_id}}, {@code {snapshot_id}} and {@code {instance_id}}. */
  record Templates(String volume, String snapshot, String instance) {}

  /** Reads {@code --name value} pairs. */
  static CloudOptions of(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      given.put(arguments[i], arguments[i + 1]);
    }
    for (String needed : List.of("--state", "--ceph-conf")) {
      if (!given.containsKey(needed)) {
        throw new IllegalArgumentException(needed + " is missing");
      }
    }
    return new CloudOptions(
        Path.of(given.get("--state")),
        Path.of(given.get("--ceph-conf")),
        given.getOrDefault("--pool", "rbd"),
        Integer.parseInt(given.getOrDefault("--port", "30188")),
        Integer.parseInt(given.getOrDefault("--lab-port", "30189")),
        Boolean.parseBoolean(given.getOrDefault("--tls", "false")),
        given.getOrDefault("--access-key", "AKLAB"),
        given.getOrDefault("--secret-key", "SKLAB"),
        new Templates(
            given.getOrDefault("--volume-template", "{volume_id}"),
            given.getOrDefault("--snapshot-template", "{snapshot_id}"),
            given.getOrDefault("--instance-template", "{instance_id}_disk")),
        Boolean.parseBoolean(given.getOrDefault("--keep-empty-lines", "false")));
  }
}
