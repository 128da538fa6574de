package io.holdfast.servertest.inside;

import io.holdfast.server.security.SecretVault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Rows that tests put beside the services, because making them for real takes an agent. */
public final class Rows {
  private static final String LONG_AGO = "2026-01-01 00:00:00";

  private Rows() {}

  /** A platform, its backup host and a pool on it. */
  public record Place(String agentId, String platformId, String poolId) {}

  /** A new place; its agent has never called. */
  public static Place place() {
    Place place = new Place(id(), id(), id());
    update(
        "INSERT INTO agent (id, host_name, addresses, os_name, architecture, agent_version,"
            + " protocol_version, modules, control_address, control_port, instance_id, enrolled_at,"
            + " version) VALUES (?, ?, '', 'Linux', 'x86_64', '1', 1, '', '127.0.0.1', 1, '', '"
            + LONG_AGO
            + "', 0)",
        place.agentId(),
        "host " + place.agentId());
    update(
        "INSERT INTO platform (id, name, kind, address, port, tls, user_name, sealed_password,"
            + " backup_host_id, product, product_version, created_at, version) VALUES (?, ?,"
            + " 'H3C_CAS', '127.0.0.1', 1, FALSE, 'admin', '', ?, '', '', '"
            + LONG_AGO
            + "', 0)",
        place.platformId(),
        "CAS " + place.platformId(),
        place.agentId());
    update(
        "INSERT INTO storage_pool (id, name, agent_id, folder, chunk_bytes, created_at, version)"
            + " VALUES (?, ?, ?, ?, 1048576, '"
            + LONG_AGO
            + "', 0)",
        place.poolId(),
        "pool " + place.poolId(),
        place.agentId(),
        "/pool/" + place.poolId());
    return place;
  }

  /** As {@link #place}, with a password on the platform: only the agent is missing for a run. */
  public static Place placeWithPassword() {
    Place place = place();
    update(
        "UPDATE platform SET sealed_password = ? WHERE id = ?",
        Beans.get(SecretVault.class).seal(place.platformId(), "any"),
        place.platformId());
    return place;
  }

  /** One statement, committed. */
  public static int update(String sql, String... values) {
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  /** The first column of the first row as text; null when there is none. */
  public static String text(String sql, String... values) {
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  /** The database's own name of itself. */
  public static String product() {
    try (Connection connection = open()) {
      return connection.getMetaData().getDatabaseProductName();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public static String id() {
    return UUID.randomUUID().toString();
  }

  @SuppressWarnings("BanJNDI") // a constant name
  private static Connection open() throws SQLException {
    try {
      DataSource source =
          (DataSource) new InitialContext().lookup("java:jboss/datasources/HoldfastDS");
      return source.getConnection();
    } catch (NamingException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
