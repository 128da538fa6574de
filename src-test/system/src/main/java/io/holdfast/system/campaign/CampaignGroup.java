package io.holdfast.system.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Carries out one group: makes its VMs, backs them up in full and once more, judges how each ended,
 * restores what was sealed and compares, and looks for what was left behind. One thread.
 */
final class CampaignGroup {
  private static final Duration RUN_LIMIT = Duration.ofMinutes(4);
  private static final Duration TIDY_LIMIT = Duration.ofSeconds(60);
  private static final int SECTOR = 512;

  private final GroupPlan plan;
  private final SimulatedCas cas;
  private final Operator operator;
  private final Operator.Place place;
  private final Random random;
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, List<String>> digests = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private int sealed;
  private int refused;
  private int restored;

  CampaignGroup(GroupPlan plan, SimulatedCas cas, Operator operator, Operator.Place place) {
    this.plan = plan;
    this.cas = cas;
    this.operator = operator;
    this.place = place;
    this.random = new Random(plan.seed() + 2);
  }

  List<String> failures() {
    return failures;
  }

  int sealed() {
    return sealed;
  }

  int refused() {
    return refused;
  }

  int restored() {
    return restored;
  }

  void carryOut() {
    try {
      plan.vms().forEach(vm -> ids.put(vm.name(), cas.createVm(vm.order())));
      cas.baseline();
      String job = createJob();
      backUp(job, "FULL");
      plan.vms().stream().filter(this::mayBeWritten).forEach(this::write);
      backUp(job, "INCREMENTAL");
      restoreAll();
      plan.vms().forEach(vm -> cas.deleteVm(vm.name()));
      operator.api().delete("/jobs/" + job);
    } catch (RuntimeException stuck) {
      fail(stuck.toString());
    } finally {
      cas.clearFaults();
    }
  }

  private String createJob() {
    List<JsonNode> nodes = new ArrayList<>();
    JsonNode inventory =
        operator.api().get("/platforms/" + place.platformId() + "/inventory?refresh=true");
    for (JsonNode node : inventory) {
      if (plan.vms().stream().anyMatch(vm -> isVm(node, vm))) {
        nodes.add(node);
      }
    }
    if (nodes.size() != plan.vms().size()) {
      throw new IllegalStateException("inventory has " + nodes + " of " + plan.vms());
    }
    return operator.createJob(
        "campaign " + plan.number() + " " + plan.seed(), place, nodes, plan.options());
  }

  private static boolean isVm(JsonNode node, VmShape vm) {
    return "VM".equals(node.path("kind").asText()) && vm.name().equals(node.path("name").asText());
  }

  private boolean mayBeWritten(VmShape vm) {
    return vm.power() == VmShape.Power.RUNNING
        && vm.disks().stream().noneMatch(DiskShape::encrypted);
  }

  private void write(VmShape vm) {
    for (int i = 0; i < vm.disks().size(); i++) {
      long sectors = vm.disks().get(i).sizeBytes() / SECTOR;
      long length = Math.min(sectors, 1 + random.nextInt(400));
      long offset = random.nextLong(sectors - length + 1);
      cas.write(vm.name(), device(i), offset * SECTOR, length * SECTOR, random.nextInt(1 << 30));
    }
  }

  private void backUp(String job, String type) {
    plan.vms().forEach(vm -> digests.put(vm.name(), digestsOf(vm)));
    if (plan.fault() != CampaignFault.NONE) {
      cas.fault(plan.fault().order(random));
    }
    String id = operator.start(job, type);
    JsonNode run =
        Waiting.until(
            plan + ": end of the " + type + " run",
            RUN_LIMIT,
            () -> operator.api().get("/runs/" + id),
            Operator::hasEnded);
    cas.clearFaults();
    for (VmShape vm : plan.vms()) {
      judge(run, vm, type);
    }
    Waiting.until(
        plan + ": nothing left behind",
        TIDY_LIMIT,
        cas::leftovers,
        left -> left.path("clean").asBoolean());
  }

  private void judge(JsonNode run, VmShape vm, String type) {
    Restrictions.Verdict verdict = Restrictions.of(vm, plan.snapshot(), plan.release());
    JsonNode task = null;
    for (JsonNode each : run.path("vms")) {
      task = ids.get(vm.name()).equals(each.path("vmId").asText()) ? each : task;
    }
    if (task == null) {
      fail(vm + " is not in the run " + run);
      return;
    }
    boolean done = "DONE".equals(task.path("state").asText());
    String error = task.path("error").asText();
    if (done) {
      sealed++;
    } else {
      refused++;
    }
    if (done != verdict.sealed() && !plan.fault().excuses().contains(error)) {
      fail(vm + ", " + type + ": expected " + verdict + ", was " + task + log(run));
    } else if (!done && !verdict.sealed() && !verdict.refusals().contains(error)) {
      fail(vm + ", " + type + ": refused for " + error + ", expected " + verdict);
    }
    if (done && type.equals("INCREMENTAL")) {
      judgeType(vm, verdict, task);
    }
  }

  /** A backup that need not read everything does not, and one that must does. */
  private void judgeType(VmShape vm, Restrictions.Verdict verdict, JsonNode task) {
    boolean incremental = "INCREMENTAL".equals(task.path("type").asText());
    boolean excused = plan.fault() == CampaignFault.READ_ERROR; // its full may be missing
    if (incremental != verdict.tracked() && !excused) {
      fail(vm + ": expected " + verdict + ", was " + task.path("type").asText());
    }
  }

  private String log(JsonNode run) {
    return "\n" + operator.api().get("/runs/" + run.path("id").asText() + "/log");
  }

  /** All at once: they queue on the server as an operator's would. */
  private void restoreAll() {
    Map<VmShape, String> runs = new HashMap<>();
    Map<VmShape, JsonNode> points = new HashMap<>();
    for (VmShape vm : plan.vms()) {
      JsonNode newest = operator.restorePoints(place.platformId(), vm.name()).path(0);
      if (newest.isMissingNode()) {
        continue;
      }
      String point = newest.path("id").asText();
      JsonNode detail = operator.api().get("/restore-points/" + point);
      points.put(vm, detail);
      Map<String, Object> definition = new HashMap<>();
      definition.put("name", copy(vm) + " " + plan.seed());
      definition.put("restorePointId", point);
      definition.put("platformId", place.platformId());
      definition.put("mode", "NEW_VM");
      definition.put("newVmName", copy(vm));
      definition.put("targetHostId", detail.path("hostId").asText());
      runs.put(vm, operator.restore(definition));
    }
    runs.forEach((vm, run) -> compare(vm, operator.done(run), points.get(vm)));
  }

  private void compare(VmShape vm, JsonNode run, JsonNode point) {
    restored++;
    List<String> original = digests.get(vm.name());
    List<Integer> held = Restrictions.of(vm, plan.snapshot(), plan.release()).disks();
    if (held.size() != point.path("disks").size()) {
      fail(vm + ": expected disks " + held + " in " + point);
      return;
    }
    for (int i = 0; i < held.size(); i++) {
      String now = cas.digest(copy(vm), device(i), "");
      if (!now.equals(original.get(held.get(i)))) {
        fail(vm + ", disk " + held.get(i) + " differs after restore " + run.path("id").asText());
      }
    }
    cas.deleteVm(copy(vm));
  }

  private static String copy(VmShape vm) {
    return vm.name() + "-copy";
  }

  private List<String> digestsOf(VmShape vm) {
    List<String> result = new ArrayList<>();
    for (int i = 0; i < vm.disks().size(); i++) {
      result.add(vm.disks().get(i).encrypted() ? "" : cas.digest(vm.name(), device(i), ""));
    }
    return result;
  }

  private static String device(int index) {
    return "vd" + (char) ('a' + index);
  }

  private void fail(String what) {
    failures.add(plan + ": " + what);
  }
}
