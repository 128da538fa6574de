package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.cvd.Handles;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.record.Leftovers;
import io.holdfast.simulator.record.Usage;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;

/** Lab calls that order faults and read the simulator's own records. */
public final class RecordCalls {
  private static final int DEFAULT_LIMIT = 10_000;

  private final Faults faults;
  private final Machines machines;
  private final Tracking tracking;
  private final Handles handles;
  private final Records records;
  private final Finder find;

  public RecordCalls(
      StateStore store,
      Faults faults,
      Machines machines,
      Tracking tracking,
      Handles handles,
      Records records) {
    this.faults = faults;
    this.machines = machines;
    this.tracking = tracking;
    this.handles = handles;
    this.records = records;
    this.find = new Finder(store);
  }

  /** What the simulator writes down. */
  public record Records(Journal journal, Usage usage, Leftovers leftovers) {}

  void register(Router router) {
    router.add("POST", "/faults", this::addFault);
    router.add("GET", "/faults", c -> Json.object().set("faults", faults.describe()));
    router.add("DELETE", "/faults", c -> Finder.done(faults::clear));
    router.add("DELETE", "/faults/{id}", c -> Finder.done(() -> faults.remove(c.id(0))));
    router.add("GET", "/lab/stats", this::stats);
    router.add("DELETE", "/lab/stats", c -> Finder.done(handles.traffic()::reset));
    router.add("GET", "/lab/journal", this::journal);
    router.add("DELETE", "/lab/journal", c -> Finder.done(records.journal()::clear));
    router.add("GET", "/lab/usage", c -> records.usage().describe());
    router.add("DELETE", "/lab/usage", c -> Finder.done(records.usage()::reset));
    router.add("POST", "/lab/baseline", this::baseline);
    router.add("GET", "/lab/leftovers", this::leftovers);
  }

  private JsonNode addFault(Call call) throws IOException {
    if (Json.text(call.body(), "action", "").equals("lose-cbt")) {
      Vm vm = find.vm(Json.text(call.body(), "vm", ""));
      return machines.locked(
          vm.id,
          v -> {
            tracking.lose(v, Json.text(call.body(), "reason", "lost"), machines.qemu(v.id));
            return Json.object().put("id", 0);
          });
    }
    return Json.object().put("id", faults.add(call.body()));
  }

  private JsonNode stats(Call call) {
    ObjectNode out =
        Json.object()
            .put("bytesRead", handles.traffic().bytesRead())
            .put("bytesWritten", handles.traffic().bytesWritten());
    return out.put("openHandles", handles.count());
  }

  private JsonNode journal(Call call) {
    return records
        .journal()
        .describe(
            new Journal.Filter(
                Long.parseLong(call.query("since", "0")),
                call.query("kind", ""),
                call.query("match", ""),
                Integer.parseInt(call.query("limit", Integer.toString(DEFAULT_LIMIT)))));
  }

  private JsonNode baseline(Call call) throws IOException {
    records.leftovers().baseline();
    return null;
  }

  private JsonNode leftovers(Call call) throws IOException {
    ObjectNode out = records.leftovers().describe();
    out.set("ports", handles.describePorts());
    boolean clean = out.get("clean").asBoolean() && handles.count() == 0;
    return out.put("openHandles", handles.count()).put("clean", clean);
  }
}
