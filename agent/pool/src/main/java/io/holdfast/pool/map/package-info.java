/**
 * Disk maps: where each data chunk of one disk of one restore point lies. Complete by reference, so
 * that no map needs another. Knows chunks' ids and packs' ids, opens no pack.
 */
package io.holdfast.pool.map;
