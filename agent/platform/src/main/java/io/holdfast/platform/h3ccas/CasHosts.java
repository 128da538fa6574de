package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.PreferredNetwork;
import io.holdfast.agent.protocol.ProfileDescription;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.VSwitchDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CVK hosts: what they offer and by which address their data plane is reached. Thread-safe. */
final class CasHosts {
  private static final Logger LOG = LoggerFactory.getLogger(CasHosts.class);
  private static final long MIB = 1L << 20;
  private static final int MANAGEMENT = 1;
  private static final int STORAGE = 4;
  private static final int BACKUP = 16;
  private static final int CVD_PORT = 8192;
  private static final int MOST_HOSTS_ASKED = 64;

  private final CasHttp http;
  private final CasErrors errors;

  CasHosts(CasHttp http, CasErrors errors) {
    this.http = http;
    this.errors = errors;
  }

  /** The host's object; TARGET_HOST_UNKNOWN when there is none (also: deleted and added again). */
  CasNode host(String hostId) {
    CasReply reply = http.get(CasPath.of("host", "id", hostId));
    if (reply.absent() || reply.errorCode() == PlatformCode.HOST_MISSING) {
      throw errors.of(ErrorCode.TARGET_HOST_UNKNOWN, "host " + hostId, "host", hostId);
    }
    return errors.required(reply, "host", hostId).body().unwrapped("host");
  }

  /** The host's object, or nothing where the platform does not know it. */
  CasNode hostIfKnown(String hostId) {
    if (hostId.isEmpty()) {
      return CasNode.nothing();
    }
    CasReply reply = http.get(CasPath.of("host", "id", hostId));
    return reply.absent() || reply.refused() ? CasNode.nothing() : reply.body().unwrapped("host");
  }

  /** The release of a host's CVK; the CVM's where the host does not tell [INF field]. */
  CasRelease release(CasNode host) {
    String own = host.text("version");
    return CasRelease.of(own.isEmpty() ? version() : own);
  }

  /** [P] {@code casVersion}. */
  String version() {
    CasReply reply = http.get(CasPath.of("version"));
    CasNode body = errors.required(reply).body();
    String version = body.firstText("casVersion", "version");
    return version.isEmpty() ? body.unwrapped("version").text("casVersion") : version;
  }

  /** What a restore can be aimed at. */
  HostResources resources(String hostId) {
    host(hostId);
    HostResources.Builder result = HostResources.newBuilder();
    for (CasNode pool :
        errors
            .required(
                http.get(CasPath.of("storage", "pool").with("hostId", hostId)), "host", hostId)
            .body()
            .list("storagePool")) {
      result.addStoragePools(
          StoragePoolDescription.newBuilder()
              .setName(pool.text("name"))
              .setTitle(pool.text("title"))
              .setType(pool.text("type"))
              .setTotalBytes(pool.number("totalSize") * MIB)
              .setFreeBytes(pool.number("freeSize") * MIB)
              .setActive(!pool.has("status") || pool.number("status") == 1));
    }
    vSwitches(hostId).forEach(each -> result.addVswitches(described(each)));
    for (CasNode profile :
        errors.required(http.get(CasPath.of("profile"))).body().list("portProfile")) {
      result.addProfiles(
          ProfileDescription.newBuilder().setId(profile.text("id")).setName(profile.text("name")));
    }
    return result.build();
  }

  private static VSwitchDescription described(CasNode vSwitch) {
    return VSwitchDescription.newBuilder()
        .setId(vSwitch.text("id"))
        .setName(vSwitch.text("name"))
        .setAddress(vSwitch.text("address"))
        .setNetworkType((int) vSwitch.number("networkType"))
        .build();
  }

  private List<CasNode> vSwitches(String hostId) {
    CasReply reply = http.get(CasPath.of("host", "id", hostId, "vswitch"));
    return errors.required(reply, "host", hostId).body().list("vSwitch");
  }

  /**
   * CAS-08: the address of the vSwitch of the wanted network type, [SRC] backup before storage
   * before management when adaptive; without one that of vSwitch0, without that the host's own. Not
   * whether it can be reached: an unreachable one fails the task when it is opened.
   */
  DataAddress dataAddress(String hostId, String hostAddress, PreferredNetwork wanted) {
    List<CasNode> all = vSwitches(hostId);
    for (int type : types(wanted)) {
      for (CasNode each : all) {
        if ((each.number("networkType") & type) != 0 && each.has("address")) {
          return new DataAddress(each.text("address"), each.text("name"), false);
        }
      }
    }
    for (CasNode each : all) {
      if (each.text("name").equalsIgnoreCase("vswitch0") && each.has("address")) {
        LOG.warn("Host {} has no vSwitch for {}; vSwitch0 is used", hostId, wanted);
        return new DataAddress(each.text("address"), each.text("name"), true);
      }
    }
    LOG.warn(
        "Host {} has no vSwitch for {} and no vSwitch0; its own address is used", hostId, wanted);
    return new DataAddress(hostAddress, hostAddress, true);
  }

  /**
   * Where a host's data plane is reached.
   *
   * @param address of the vSwitch, or the host's own
   * @param used what it is the address of
   * @param fallback no vSwitch of the wanted type has an address
   */
  record DataAddress(String address, String used, boolean fallback) {}

  /** What the hosts say they are (x86_64, aarch64) [INF field]; none where they do not tell. */
  Set<String> architectures() {
    CasReply reply = http.get(CasPath.of("host").slash());
    if (reply.absent() || reply.refused()) {
      return Set.of();
    }
    Set<String> result = new TreeSet<>();
    for (CasNode host : reply.body().list("host").stream().limit(MOST_HOSTS_ASKED).toList()) {
      String told =
          host.has("arch") ? host.text("arch") : hostIfKnown(host.text("id")).text("arch");
      if (!told.isEmpty()) {
        result.add(told);
      }
    }
    return result;
  }

  /**
   * The id that a host of this name or address has now, where the old id is gone: it was deleted
   * and added again (CAS-12).
   */
  Optional<String> newId(String hostId, String name, String address) {
    CasReply reply = http.get(CasPath.of("host").slash());
    if (reply.absent() || reply.refused()) {
      return Optional.empty();
    }
    List<CasNode> all = reply.body().list("host");
    if (all.stream().anyMatch(each -> each.text("id").equals(hostId))) {
      return Optional.empty();
    }
    return all.stream()
        .filter(
            each ->
                (!address.isEmpty() && each.firstText("ip", "address").equals(address))
                    || (!name.isEmpty() && each.text("name").equals(name)))
        .map(each -> each.text("id"))
        .findFirst();
  }

  private static int[] types(PreferredNetwork wanted) {
    return switch (wanted) {
      case NETWORK_BACKUP -> new int[] {BACKUP};
      case NETWORK_STORAGE -> new int[] {STORAGE};
      case NETWORK_MANAGEMENT -> new int[] {MANAGEMENT};
      default -> new int[] {BACKUP, STORAGE, MANAGEMENT};
    };
  }

  /** 8192 [SRC], or what the host says [INF]. */
  static int controlPort(CasNode host) {
    long told = host.number("cvdPort");
    return told > 0 && told < 65536 ? (int) told : CVD_PORT;
  }
}
