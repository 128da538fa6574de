/** What the simulator saw: a journal of calls, the greatest numbers of open disks, leftovers. */
package io.holdfast.simulator.record;
