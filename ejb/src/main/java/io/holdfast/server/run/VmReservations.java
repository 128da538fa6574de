package io.holdfast.server.run;

import java.util.Set;

/**
 * Implemented as a CDI bean by each feature that works on VMs besides runs: no task is started for
 * a VM while it is reserved. Asked inside a transaction that holds the dispatch token; who reserves
 * one holds it too ({@link VmOccupation}).
 */
public interface VmReservations {
  /** Exclusive keys of the VMs that are reserved now, as {@link VmOccupation#key}. */
  Set<String> reserved();
}
