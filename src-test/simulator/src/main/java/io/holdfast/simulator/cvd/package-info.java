/** cvd-ds: control ports, data ports and the disks that are open on them. */
package io.holdfast.simulator.cvd;
