package io.holdfast.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults ordered so far. Safe for all threads; nothing is kept over a restart. SIM-07. */
public final class Faults {
  private static final long HOUR_MILLIS = 3_600_000;

  private final List<Fault> faults = new ArrayList<>();
  private int lastId;

  /** Orders a fault and returns its number. */
  public synchronized int add(JsonNode order) {
    Fault fault = new Fault(++lastId, order);
    faults.add(fault);
    return fault.id();
  }

  /** What a call on cvd-ds or a data port is about; faults can be limited to one VM or device. */
  public record Target(String vmId, String vmName, String device) {
    /** A call that is not about a disk. */
    public static final Target ANY = new Target("", "", "");
  }

  /** The first fault that fires on this call. */
  public Optional<Fault> on(String key) {
    return on(key, Target.ANY);
  }

  /** The first fault that fires on this call about this disk. */
  public synchronized Optional<Fault> on(String key, Target target) {
    return faults.stream().filter(f -> f.fires(key, target)).findFirst();
  }

  /** Forgets all faults. */
  public synchronized void clear() {
    faults.clear();
  }

  /** Forgets one fault. */
  public synchronized boolean remove(int id) {
    return faults.removeIf(f -> f.id() == id);
  }

  /** Whether a fault has not been deleted. */
  public synchronized boolean ordered(Fault fault) {
    return faults.contains(fault);
  }

  /**
   * Waits as {@code delay} and {@code hang} order: a time, or until the fault is deleted (an hour
   * at most).
   */
  public void pause(Fault fault) throws IOException {
    boolean hang = fault.action().equals("hang") || fault.action().equals("task-never");
    long end = System.nanoTime() + 1_000_000 * fault.number("ms", hang ? HOUR_MILLIS : 1000);
    try {
      while (System.nanoTime() < end && (!hang || ordered(fault))) {
        long left = (end - System.nanoTime()) / 1_000_000;
        Thread.sleep(Math.max(1, hang ? Math.min(left, 20) : left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
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

  private boolean of(Fault fault, int vmId, String name) {
    String vm = fault.text("vm", name);
    return vm.equals(name) || vm.equals(Integer.toString(vmId));
  }

  /**
   * How long this VM's safe shutdown shall take, in milliseconds; {@code Long.MAX_VALUE} when it
   * shall not end.
   */
  public synchronized Optional<Long> shutdownMillis(int vmId, String name) {
    return faults.stream()
        .filter(f -> f.action().startsWith("shutdown-") && of(f, vmId, name))
        .map(f -> f.action().equals("shutdown-never") ? Long.MAX_VALUE : f.number("ms", 15_000))
        .findFirst();
  }

  /** How long writing this VM's memory shall take, in milliseconds. */
  public synchronized long memoryMillis(int vmId, String name) {
    return faults.stream()
        .filter(f -> f.action().equals("memory-slow") && of(f, vmId, name))
        .mapToLong(f -> f.number("ms", 5000))
        .findFirst()
        .orElse(0);
  }

  /** Whether this VM's guest shall not listen to a safe shutdown. */
  public synchronized boolean shutdownRefused(int vmId, String name) {
    return faults.stream()
        .anyMatch(f -> f.action().equals("shutdown-refused") && of(f, vmId, name));
  }
}
