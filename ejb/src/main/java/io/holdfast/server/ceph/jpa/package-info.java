/** Ceph pools in the database. */
package io.holdfast.server.ceph.jpa;
