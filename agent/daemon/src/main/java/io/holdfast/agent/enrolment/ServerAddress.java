package io.holdfast.agent.enrolment;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the backup server listens for agents.
 *
 * @param host name or address, without brackets
 * @param port 1…65535
 */
public record ServerAddress(String host, int port) {
  /** The port a server listens on when none is told. */
  public static final int DEFAULT_PORT = 8444;

  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)\\]|([^:\\s/]+))(?::([0-9]{1,5}))?");

  /** Reads {@code host}, {@code host:port} or {@code [IPv6]:port}; INVALID_VALUE otherwise. */
  public static ServerAddress parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    int port =
        matcher.matches() && matcher.group(3) != null
            ? Integer.parseInt(matcher.group(3))
            : DEFAULT_PORT;
    if (!matcher.matches() || port < 1 || port > 65535) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "server", "value", text, "expected", "host:port");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new ServerAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
