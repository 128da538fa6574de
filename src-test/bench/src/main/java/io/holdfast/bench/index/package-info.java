/** How a dedup pool's index does at scale (POOL-02). */
package io.holdfast.bench.index;
