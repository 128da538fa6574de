/** The lab port for faults and guests; never part of CAS's protocol. */
package io.holdfast.simulator.lab;
