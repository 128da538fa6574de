package io.holdfast.server.catalog;

import io.holdfast.server.pool.PoolId;

/**
 * Rows were made from what lies in a pool; what the pool says of them besides is not read yet.
 *
 * @param pool which one
 */
public record PoolImported(PoolId pool) {}
