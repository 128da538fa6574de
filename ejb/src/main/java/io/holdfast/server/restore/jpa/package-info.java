/** Restore jobs and captchas in the database. */
package io.holdfast.server.restore.jpa;
