/**
 * The database as a whole: migrations at start-up and short transactions. Knows no table. Every
 * other start-up bean runs after {@link io.holdfast.server.database.DatabaseMigration}.
 */
package io.holdfast.server.database;
