package io.holdfast.simulator.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How many disks, VMs, hosts and streams are open on the data plane now, and the greatest numbers
 * since the last reset. Safe for all threads. SIM-07; it is what OPT-03 to OPT-05 are checked by.
 */
public final class Usage {
  private final Clock clock;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Map<String, Peak> peaks = new LinkedHashMap<>();
  private long opened;

  public Usage(Clock clock) {
    this.clock = clock;
  }

  /**
   * Whose disk a handle opens.
   *
   * @param vm the VM's name, or the volume's path when no VM uses it
   * @param host the host's name
   * @param disk the device, or the path
   */
  public record Subject(String vm, String host, String disk, boolean writable) {}

  private static final class Open {
    final Subject subject;
    int streams;

    Open(Subject subject) {
      this.subject = subject;
    }

    String vm() {
      return subject.vm();
    }

    String disk() {
      return subject.vm() + "/" + subject.disk();
    }
  }

  private record Peak(long value, String at, String who) {}

  /** A handle was opened. */
  public synchronized void open(String handle, Subject subject) {
    open.put(handle, new Open(subject));
    opened++;
    note();
  }

  /** A handle was closed. */
  public synchronized void close(String handle) {
    open.remove(handle);
  }

  /** A data connection of a handle came ({@code +1}) or went ({@code -1}). */
  public synchronized void stream(String handle, int change) {
    Open of = open.get(handle);
    if (of != null) {
      of.streams += change;
      note();
    }
  }

  private void note() {
    current().forEach(this::raise);
  }

  private void raise(String name, long value) {
    Peak peak = peaks.get(name);
    if (value > 0 && (peak == null || value > peak.value())) {
      String who =
          open.values().stream().map(Open::disk).distinct().collect(Collectors.joining(" "));
      peaks.put(name, new Peak(value, Instant.ofEpochMilli(clock.millis()).toString(), who));
    }
  }

  private Map<String, Long> current() {
    Map<String, Long> now = new LinkedHashMap<>();
    now.put("vms", distinct(Open::vm));
    now.put("hosts", distinct(o -> o.subject.host()));
    now.put("disks", distinct(Open::disk));
    now.put("handles", (long) open.size());
    now.put("streams", open.values().stream().mapToLong(o -> o.streams).sum());
    now.put("vmsPerHost", most(o -> o.subject.host(), Open::vm));
    now.put("disksPerVm", most(Open::vm, Open::disk));
    now.put("streamsPerDisk", mostStreams(Open::disk));
    now.put("streamsPerVm", mostStreams(Open::vm));
    now.put("writableDisks", open.values().stream().filter(o -> o.subject.writable()).count());
    return now;
  }

  private long distinct(Function<Open, String> by) {
    return open.values().stream().map(by).distinct().count();
  }

  private long most(Function<Open, String> group, Function<Open, String> counted) {
    return open.values().stream()
        .collect(Collectors.groupingBy(group, Collectors.mapping(counted, Collectors.toSet())))
        .values()
        .stream()
        .mapToLong(java.util.Set::size)
        .max()
        .orElse(0);
  }

  private long mostStreams(Function<Open, String> group) {
    return open.values().stream()
        .collect(Collectors.groupingBy(group, Collectors.summingLong(o -> o.streams)))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** Greatest numbers are counted from now on. */
  public synchronized void reset() {
    peaks.clear();
    opened = 0;
    note();
  }

  /** The numbers now, the greatest ones with their time and what was open then. */
  public synchronized ObjectNode describe() {
    ObjectNode out = Json.object();
    ObjectNode now = out.putObject("now");
    ObjectNode peak = out.putObject("peak");
    ArrayNode when = out.putArray("peaks");
    current()
        .forEach(
            (name, value) -> {
              now.put(name, value);
              peak.put(name, peaks.containsKey(name) ? peaks.get(name).value() : 0);
            });
    peaks.forEach(
        (name, p) ->
            when.addObject()
                .put("name", name)
                .put("value", p.value())
                .put("at", p.at())
                .put("open", p.who()));
    ArrayNode list = out.putArray("open");
    new TreeSet<>(open.keySet())
        .forEach(
            handle -> {
              Open o = open.get(handle);
              list.addObject()
                  .put("handle", handle)
                  .put("vm", o.vm())
                  .put("host", o.subject.host())
                  .put("disk", o.subject.disk())
                  .put("writable", o.subject.writable())
                  .put("streams", o.streams);
            });
    return out.put("opened", opened);
  }
}
