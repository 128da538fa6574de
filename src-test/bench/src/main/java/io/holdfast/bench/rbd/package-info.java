/** Reading an RBD image through the agent's disk source and through {@code rbd export}. */
package io.holdfast.bench.rbd;
