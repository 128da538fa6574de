/** Ordered faults and their counting. Knows nothing of where they are applied. */
package io.holdfast.simulator.fault;
