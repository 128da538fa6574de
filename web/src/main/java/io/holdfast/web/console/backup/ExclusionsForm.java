package io.holdfast.web.console.backup;

import io.holdfast.server.inventory.InventoryEntry;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rules that leave VMs out while they are edited (INV-05), and VMs of other jobs (INV-07). */
public class ExclusionsForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, List<String>> coveredBy = new HashMap<>();
  private String patterns;

  ExclusionsForm(List<String> rules) {
    patterns = String.join("\n", rules);
  }

  /** The rules as entered. */
  List<String> rules() {
    return patterns == null ? List.of() : patterns.lines().toList();
  }

  /** Other jobs by the node id of the VM they back up. */
  void covered(Map<String, List<String>> jobs) {
    coveredBy.clear();
    coveredBy.putAll(jobs);
  }

  /** Names of other jobs that back a VM up already, or empty (INV-07). */
  public String coveredBy(InventoryEntry vm) {
    return String.join(", ", coveredBy.getOrDefault(vm.id(), List.of()));
  }

  /** Wildcards that leave VMs out, one a line. */
  public String getPatterns() {
    return patterns;
  }

  public void setPatterns(String patterns) {
    this.patterns = patterns;
  }
}
