package io.holdfast.agent.daemon;

import io.holdfast.agent.enrolment.AccessKey;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.enrolment.StateFolder;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Server and access key: as options, or as HOLDFAST_SERVER and HOLDFAST_ACCESS_KEY in the
 * environment, which other users of the host cannot read.
 */
final class EnrolmentOptions {
  @Option(
      names = "--server",
      paramLabel = "<host:port>",
      description = "The backup server; default HOLDFAST_SERVER, then the one enrolled at.")
  private String server;

  @Option(
      names = "--access-key",
      paramLabel = "<key>",
      description = "Access key of the server; default HOLDFAST_ACCESS_KEY.")
  private String accessKey;

  private final Map<String, String> environment = System.getenv();

  Optional<AccessKey> accessKey() {
    return Optional.ofNullable(accessKey)
        .or(() -> Optional.ofNullable(environment.get("HOLDFAST_ACCESS_KEY")))
        .filter(text -> !text.isBlank())
        .map(AccessKey::parse);
  }

  Optional<ServerAddress> server(StateFolder state) {
    return Optional.ofNullable(server)
        .or(() -> Optional.ofNullable(environment.get("HOLDFAST_SERVER")))
        .filter(text -> !text.isBlank())
        .or(() -> state.get("server"))
        .map(ServerAddress::parse);
  }
}
