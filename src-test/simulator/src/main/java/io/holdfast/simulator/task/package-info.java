/** Asynchronous tasks and their records. */
package io.holdfast.simulator.task;
