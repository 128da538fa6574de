/**
 * The real EAR on the WildFly that the build provisions, once on H2 and once on MariaDB (OPS-01).
 * Tests run inside the server, in a small WAR of their own beside the unchanged EAR, unless they
 * say {@code @RunAsClient}. They share one server and one database: each makes what it needs under
 * names of its own and counts only that.
 */
package io.holdfast.servertest;
