package io.holdfast.server.run;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * The name of this server process among those that share the database; the same after a restart, so
 * that a server finds what it was doing before a crash.
 */
@ApplicationScoped
public class ServerInstance {
  /** The application server's node name. */
  public String name() {
    return System.getProperty("jboss.node.name", "server");
  }
}
