/** What the simulated CAS remembers, saved atomically at every change. Holds no live processes. */
package io.holdfast.simulator.state;
