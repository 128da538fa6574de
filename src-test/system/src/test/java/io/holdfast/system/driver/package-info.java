/** The H3C CAS driver against the simulator as a process of its own, without server and agent. */
package io.holdfast.system.driver;
