/** Pools and restore points. */
package io.holdfast.web.rest.pool;
