package io.holdfast.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.holdfast.simulator.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults ordered so far. Safe for all threads; nothing is kept over a restart. SIM-07. */
public final class Faults {
  private final List<Fault> faults = new ArrayList<>();
  private int lastId;

  /** Orders a fault and returns its number. */
  public synchronized int add(JsonNode order) {
    Fault fault = new Fault(++lastId, order);
    faults.add(fault);
    return fault.id();
  }

  /** The first fault that fires on this call. */
  public synchronized Optional<Fault> on(String key) {
    return faults.stream().filter(f -> f.fires(key)).findFirst();
  }

  /** Forgets all faults. */
  public synchronized void clear() {
    faults.clear();
  }

  /** Forgets one fault. */
  public synchronized boolean remove(int id) {
    return faults.removeIf(f -> f.id() == id);
  }

  /** All faults with their counts. */
  public synchronized ArrayNode describe() {
    ArrayNode out = Json.array();
    faults.forEach(f -> out.add(f.describe()));
    return out;
  }

  /** Whether the pool is ordered to look full. */
  public synchronized boolean poolIsFull(String pool) {
    return faults.stream()
        .anyMatch(f -> f.action().equals("storage-full") && f.text("pool", pool).equals(pool));
  }

  /** Whether valid data shall be refused. */
  public synchronized boolean noValidData() {
    return faults.stream().anyMatch(f -> f.action().equals("no-valid-data"));
  }

  /** How long this VM's safe shutdown shall take, in milliseconds. */
  public synchronized Optional<Long> shutdownMillis(int vmId, String name) {
    return faults.stream()
        .filter(f -> f.action().equals("shutdown-slow"))
        .filter(
            f -> f.text("vm", "").equals(name) || f.text("vm", "").equals(Integer.toString(vmId)))
        .map(f -> f.number("ms", 15_000))
        .findFirst();
  }
}
