/** Alarms in the database. */
package io.holdfast.server.alarm.jpa;
