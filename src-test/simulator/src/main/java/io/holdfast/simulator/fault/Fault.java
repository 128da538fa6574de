package io.holdfast.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.util.regex.Pattern;

/**
 * One ordered fault: on which calls it fires and what it does. Counting is guarded by {@link
 * Faults}. SIM-07.
 */
public final class Fault {
  private final int id;
  private final JsonNode order;
  private final String match;
  private final Pattern pattern;
  private final long nth;
  private final long times;
  private long seen;
  private long fired;

  Fault(int id, JsonNode order) {
    this.id = id;
    this.order = order;
    this.match = Json.text(order, "match", "");
    this.pattern = Pattern.compile(match, Pattern.DOTALL);
    this.nth = Json.number(order, "nth", 1);
    this.times = Json.number(order, "times", 1);
  }

  int id() {
    return id;
  }

  /** What to do, one of the documented actions. */
  public String action() {
    return Json.text(order, "action", "");
  }

  /** A whole-number parameter. */
  public long number(String name, long missing) {
    return Json.number(order, name, missing);
  }

  /** A text parameter. */
  public String text(String name, String missing) {
    return Json.text(order, name, missing);
  }

  boolean fires(String key, Faults.Target target) {
    if (!matches(key) || !concerns(target)) {
      return false;
    }
    seen++;
    if (seen < nth || (times > 0 && fired >= times)) {
      return false;
    }
    fired++;
    return true;
  }

  private boolean concerns(Faults.Target target) {
    String vm = text("vm", "");
    String device = text("device", "");
    boolean sameVm = vm.isEmpty() || vm.equals(target.vmId()) || vm.equals(target.vmName());
    return target == Faults.Target.ANY
        || (sameVm && (device.isEmpty() || device.equals(target.device())));
  }

  private boolean matches(String key) {
    if (match.isEmpty()) {
      return false;
    }
    boolean channel = match.startsWith("cvd-control") || match.startsWith("data-plane");
    if (channel) {
      return key.equals(match)
          || (key.startsWith(match + " ") && !key.equals("data-plane connect"));
    }
    return !key.startsWith("cvd-control")
        && !key.startsWith("data-plane")
        && pattern.matcher(key).matches();
  }

  ObjectNode describe() {
    ObjectNode out = Json.object().put("id", id);
    out.setAll((ObjectNode) order);
    return out.put("seen", seen).put("fired", fired);
  }
}
