/**
 * The extent iteration that backup and restore share: partitions from stored stream rows, a cursor
 * over the agent's plan, a window of extents in flight, and one fold into the receipts table a
 * window. Knows neither backup nor restore; they bring an {@link
 * io.holdfast.batch.transfer.ExtentChannel}. Invariant: nothing touches the database between
 * reading and writing a window.
 */
package io.holdfast.batch.transfer;
