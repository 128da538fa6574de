package io.holdfast.simulator.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * The last calls the simulator answered, oldest first: REST, cvd-ds control, data connections.
 * Holds no bodies and no passwords. Safe for all threads; nothing is kept over a restart. SIM-07.
 */
public final class Journal {
  private static final int KEPT = 50_000;

  private final Clock clock;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long last;

  public Journal(Clock clock) {
    this.clock = clock;
  }

  /**
   * One answered call.
   *
   * @param kind rest, cvd, data or lab
   * @param call method and path with query; the operation with its subject for cvd and data
   * @param status HTTP status, 0 for ok and 1 for refused on cvd, -1 when no answer was sent
   * @param code CAS's or cvd-ds's error code, empty when none
   * @param client remote address
   */
  public record Call(String kind, String call, int status, String code, String client) {}

  private record Entry(long number, long atMillis, long micros, Call call) {}

  /** A time to hand to {@link #add} when the call is answered, in nanoseconds. */
  public static long begin() {
    return System.nanoTime();
  }

  /** Writes a call down that began at {@code begun}. */
  public synchronized void add(Call call, long begun) {
    long micros = (System.nanoTime() - begun) / 1000;
    entries.add(new Entry(++last, clock.millis() - micros / 1000, micros, call));
    if (entries.size() > KEPT) {
      entries.removeFirst();
    }
  }

  /** Forgets all calls; numbers go on. */
  public synchronized void clear() {
    entries.clear();
  }

  /** What to show of the journal: calls after {@code since} of a kind (empty: all). */
  public record Filter(long since, String kind, String match, int limit) {}

  /** The calls a filter lets through, and the number of the last one written. */
  public synchronized ObjectNode describe(Filter filter) {
    Pattern pattern = Pattern.compile(filter.match().isEmpty() ? ".*" : filter.match());
    ObjectNode out = Json.object().put("last", last);
    ArrayNode list = out.putArray("calls");
    for (Entry entry : entries) {
      Call call = entry.call();
      boolean wanted =
          entry.number() > filter.since()
              && (filter.kind().isEmpty() || filter.kind().equals(call.kind()))
              && pattern.matcher(call.call()).matches();
      if (wanted && list.size() < filter.limit()) {
        list.addObject()
            .put("n", entry.number())
            .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
            .put("ms", entry.micros() / 1000.0)
            .put("kind", call.kind())
            .put("call", call.call())
            .put("status", call.status())
            .put("code", call.code())
            .put("client", call.client());
      }
    }
    return out;
  }
}
