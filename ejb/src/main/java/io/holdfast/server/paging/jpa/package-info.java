/**
 * What repositories by JPA share: conditions that rows and their count have in common, row locks.
 */
package io.holdfast.server.paging.jpa;
