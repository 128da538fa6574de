package io.holdfast.platform.h3ccas;

import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds and describes VMs. Reads only. Thread-safe. */
final class CasVms {
  private static final int PAGE = 200;

  private final CasHttp http;
  private final CasErrors errors;
  private final CasHosts hosts;

  CasVms(CasHttp http, CasErrors errors, CasHosts hosts) {
    this.http = http;
    this.errors = errors;
    this.hosts = hosts;
  }

  /** VM_NOT_FOUND if there is none. */
  CasVm vm(String vmId) {
    return find(vmId)
        .orElseThrow(() -> errors.of(ErrorCode.VM_NOT_FOUND, "unknown id", "vm", vmId));
  }

  /** The VM of this id, if it is there. */
  Optional<CasVm> find(String vmId) {
    Optional<CasNode> basic = object(CasPath.of("vm", vmId), vmId);
    if (basic.isEmpty()) {
      return Optional.empty();
    }
    CasNode host = hosts.hostIfKnown(basic.get().text("hostId"));
    return object(CasPath.of("vm", "detail", vmId), vmId)
        .map(detail -> CasVmReader.read(basic.get(), detail, host));
  }

  private Optional<CasNode> object(CasPath path, String vmId) {
    CasReply reply = http.get(path);
    if (reply.absent() || reply.errorCode() == PlatformCode.VM_MISSING) {
      return Optional.empty();
    }
    return Optional.of(errors.required(reply, "vm", vmId).body().unwrapped("domain"));
  }

  /** [P] The state alone: one small request. VM_NOT_FOUND if there is no such VM. */
  String state(String vmId) {
    return object(CasPath.of("vm", vmId), vmId)
        .map(CasVmReader::state)
        .orElseThrow(() -> errors.of(ErrorCode.VM_NOT_FOUND, "unknown id", "vm", vmId));
  }

  /** By unique name. [P] The list's filter also matches titles and parts, so it is checked here. */
  Optional<CasVm> findByName(String name) {
    return list(CasPath.of("vm", "vmList").with("domainName", name)).stream()
        .filter(each -> each.text("name").equals(name))
        .findFirst()
        .flatMap(each -> find(each.text("id")));
  }

  /** All VMs of the platform but templates, as the list tells them. */
  List<CasNode> all() {
    return list(CasPath.of("vm", "vmList")).stream()
        .filter(each -> !each.text("status").equals("0"))
        .toList();
  }

  /**
   * A list paged to its end: until a page brings nothing new. A platform that caps the page size
   * lower than asked, or ignores the offset, is read completely and once.
   */
  private List<CasNode> list(CasPath path) {
    List<CasNode> result = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    while (true) {
      CasReply reply = http.get(path.with("offset", result.size()).with("limit", PAGE));
      List<CasNode> page = errors.required(reply).body().list("domain");
      int before = result.size();
      for (CasNode each : page) {
        if (seen.add(each.text("id"))) {
          result.add(each);
        }
      }
      if (result.size() == before) {
        return result;
      }
    }
  }
}
