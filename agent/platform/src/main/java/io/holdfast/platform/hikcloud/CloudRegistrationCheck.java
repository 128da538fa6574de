package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.source.spi.CephStorage;
import java.util.List;
import java.util.Map;

/**
 * Login and release of a platform that is to be registered, and its Ceph pools (RES-02, RES-03).
 * Reads only.
 */
final class CloudRegistrationCheck {
  private static final String PRODUCT = "Hikvision Edge Cloud";

  /** [SRC] S2 table 6. */
  private static final String LISTED = "V1.8.0";

  private final CloudHttp http;
  private final CloudErrors errors;
  private final CloudInstances instances;
  private final CloudStorages storages;

  CloudRegistrationCheck(
      CloudHttp http, CloudErrors errors, CloudInstances instances, CloudStorages storages) {
    this.http = http;
    this.errors = errors;
    this.instances = instances;
    this.storages = storages;
  }

  /** What a platform is; the first thing that fails is the error. The login is not repeated. */
  TestPlatformResponse check() {
    JsonNode told = errors.required(http.send("GET", CloudPath.of("version"), Map.of())).data();
    String version = told.path("version").asText("");
    TestPlatformResponse.Builder result =
        TestPlatformResponse.newBuilder()
            .setProduct(told.path("product").asText(PRODUCT))
            .setVersion(version);
    String architecture = told.path("arch").asText("");
    if (!architecture.isEmpty()) {
      result.addArchitectures(architecture);
    }
    if (!version.equals(LISTED)) {
      result.addNotices(
          Notice.newBuilder()
              .setCode(NoticeCode.PLATFORM_VERSION_UNLISTED.name())
              .setSeverity(Notice.Severity.WARNING)
              .putParameters("version", version));
    }
    requireStorages();
    return result.build();
  }

  /** Each registered pool is one of the platform's and one of the cluster's. */
  private void requireStorages() {
    if (storages.registered().isEmpty()) {
      return;
    }
    List<String> known =
        instances.pools().stream()
            .filter(pool -> pool.path("type").asText("").equalsIgnoreCase("ceph"))
            .map(pool -> pool.path("id").asText(""))
            .toList();
    for (CephStorageAccess storage : storages.registered()) {
      CephStorage.Cluster cluster = storages.cluster(storage);
      if (!cluster.pools().contains(storage.getPool())) {
        throw BackupException.of(
            ErrorCode.CEPH_POOL_MISSING,
            "cluster",
            CloudStorages.access(storage).configuration(),
            "pool",
            storage.getPool());
      }
      if (!known.contains(storage.getPool())) {
        throw errors.about(
            ErrorCode.INVALID_VALUE,
            "field",
            "pool",
            "value",
            storage.getPool(),
            "expected",
            String.join(", ", known));
      }
    }
  }
}
