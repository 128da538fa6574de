/**
 * Restore points as rows: the searchable copy of the pools' manifests, written only after a point
 * is sealed, and rebuilt from the pool when lost. Knows no run.
 */
package io.holdfast.server.catalog;
