package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.Notice;
import java.util.List;

/**
 * The answer of a platform that could be reached.
 *
 * @param notices an unlisted version, missing rights that do not exclude backups…
 */
public record PlatformTest(String product, String version, List<Notice> notices) {
  public PlatformTest {
    notices = List.copyOf(notices);
  }
}
