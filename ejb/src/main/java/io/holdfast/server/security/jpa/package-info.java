/** Users and tokens in the database. */
package io.holdfast.server.security.jpa;
