package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** RES-01: reaches a platform with settings that are not saved yet. */
@ApplicationScoped
class PlatformTester {
  @Inject AgentGateway gateway;
  @Inject @Any Instance<PlatformAccessPart> parts;

  /**
   * Asks name service here, then everything else on the backup host. SERVER_NAME_UNRESOLVED when
   * the server cannot resolve the name, PLATFORM_NAME_UNRESOLVED when the backup host cannot, else
   * the first thing the agent found wrong.
   */
  PlatformTest test(PlatformSettings settings, String platformId) {
    if (!PlatformRules.isIpAddress(settings.address())) {
      resolveHere(settings.address());
    }
    PlatformAccess.Builder access =
        PlatformAccess.newBuilder()
            .setPlatformId(platformId)
            .setKind(settings.kind().wireName())
            .setAddress(settings.address())
            .setPort(settings.effectivePort())
            .setTls(settings.tls())
            .setUser(settings.user())
            .setPassword(settings.password());
    PlatformId id = new PlatformId(platformId);
    parts.forEach(part -> part.addTo(access, id, settings.backupHost()));
    TestPlatformResponse answer =
        gateway
            .platformQueries(settings.backupHost())
            .testPlatform(TestPlatformRequest.newBuilder().setPlatform(access).build());
    return new PlatformTest(answer.getProduct(), answer.getVersion(), answer.getNoticesList());
  }

  private static void resolveHere(String name) {
    try {
      InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      throw BackupException.causedBy(
          e, ErrorCode.SERVER_NAME_UNRESOLVED, "address", name, "host", "server");
    }
  }
}
