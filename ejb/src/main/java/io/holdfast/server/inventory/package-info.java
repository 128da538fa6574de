/**
 * Platforms and what runs on them. Asks platforms only through a backup host's agent; knows no
 * driver. A platform's password lies sealed in the database and leaves this package only inside a
 * {@code PlatformAccess} on its way to an agent.
 */
package io.holdfast.server.inventory;
