package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import java.util.Set;

/** Login and release of a platform that is to be registered (RES-01, RES-08). Reads only. */
final class RegistrationCheck {
  private final CasHttp http;
  private final CasErrors errors;
  private final CasHosts hosts;

  RegistrationCheck(CasHttp http, CasErrors errors, CasHosts hosts) {
    this.http = http;
    this.errors = errors;
    this.hosts = hosts;
  }

  /** What a platform is; the first thing that fails is the error, nothing is repeated. */
  TestPlatformResponse check() {
    CasReply reply = errors.required(http.send("GET", CasPath.of("operator", "test"), null));
    if (reply.status() > 299) {
      throw errors.of(ErrorCode.PLATFORM_ERROR, "HTTP " + reply.status(), "operation", "login");
    }
    CasRelease release = CasRelease.of(hosts.version());
    Set<String> architectures = hosts.architectures();
    TestPlatformResponse.Builder result =
        TestPlatformResponse.newBuilder()
            .setProduct(release.product())
            .setVersion(release.text())
            .addAllArchitectures(architectures);
    boolean usable = false;
    for (String architecture : architectures.isEmpty() ? Set.of("") : architectures) {
      CasRelease.Verdict verdict = release.verdict(architecture);
      usable |= verdict != CasRelease.Verdict.UNSUPPORTED;
      if (verdict != CasRelease.Verdict.LISTED) {
        result.addNotices(
            Notices.warning(
                NoticeCode.PLATFORM_VERSION_UNLISTED, "version", release.named(architecture)));
      }
    }
    if (!usable) {
      throw errors.of(
          ErrorCode.PLATFORM_VERSION_UNSUPPORTED,
          "not supported",
          "product",
          release.product(),
          "version",
          release.named(String.join(", ", architectures)));
    }
    return result.build();
  }
}
