/**
 * Which restore points stay and which go (POOL-09, POOL-10): the decision as a pure function, the
 * retention facts beside the sealed files, and the removal of a restore point. Knows manifests and
 * maps as files, not packs: room is made by garbage collection.
 */
package io.holdfast.pool.retention;
