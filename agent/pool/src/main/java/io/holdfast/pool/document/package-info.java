/**
 * Generated: the protobuf bodies of framed documents ({@code pool.proto}) and what the offline
 * commands print ({@code inspection.proto}). Fields are only ever added.
 */
package io.holdfast.pool.document;
