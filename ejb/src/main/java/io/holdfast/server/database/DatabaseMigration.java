package io.holdfast.server.database;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * OPS-01: brings the schema to this version before anything uses it; migrations only ever add or
 * transform, they never drop a table with content. Deployment fails when a migration does. Other
 * start-up beans carry {@code @DependsOn("DatabaseMigration")}.
 *
 * <p>Files: {@code db/migration/common} for both databases, {@code db/migration/h2} and {@code
 * db/migration/mariadb} for one. Version numbers only go up: V1xx core, V2xx runs, then V300 on; a
 * number below an applied one is refused.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class DatabaseMigration {
  private static final System.Logger LOG = System.getLogger(DatabaseMigration.class.getName());

  @Resource(lookup = "java:jboss/datasources/HoldfastDS")
  DataSource dataSource;

  @PostConstruct
  void migrate() {
    String dialect = dialect();
    MigrateResult result =
        Flyway.configure(DatabaseMigration.class.getClassLoader())
            .dataSource(dataSource)
            .locations("classpath:db/migration/common", "classpath:db/migration/" + dialect)
            .table("holdfast_schema_history")
            // The batch job repository and the timers keep their own tables in the same schema.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .failOnMissingLocations(false)
            .load()
            .migrate();
    LOG.log(
        System.Logger.Level.INFO,
        "Database ({0}) is at version {1}, {2} migrations applied",
        dialect,
        result.targetSchemaVersion == null
            ? result.initialSchemaVersion
            : result.targetSchemaVersion,
        result.migrationsExecuted);
    if (result.migrationsExecuted == 0 && result.initialSchemaVersion == null) {
      throw new IllegalStateException("No database migration was found in the deployment");
    }
  }

  private String dialect() {
    try (Connection connection = dataSource.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
      return product.contains("h2") ? "h2" : "mariadb";
    } catch (SQLException e) {
      throw new IllegalStateException("The database cannot be reached: " + e.getMessage(), e);
    }
  }
}
