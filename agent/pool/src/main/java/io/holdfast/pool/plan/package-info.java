/**
 * What a backup session has to bring into the pool: the plan of each disk, stored durably in the
 * session's folder. Knows file formats and media, nothing of packs. A stored plan never changes.
 */
package io.holdfast.pool.plan;
