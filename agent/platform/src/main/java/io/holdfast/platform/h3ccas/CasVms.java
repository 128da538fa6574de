package io.holdfast.platform.h3ccas;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
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
    if (saysGone(reply, vmId)) {
      return Optional.empty();
    }
    return Optional.of(errors.required(reply, "vm", vmId).body().unwrapped("domain"));
  }

  /**
   * Whether a reply about a VM says that it is gone: by the platform's own refusal [P], or by HTTP
   * 404 where the platform's list does not hold it either. A 404 alone may be that of a proxy or of
   * another service at this address, and much is given up for a VM that is gone.
   *
   * @throws io.holdfast.error.BackupException PLATFORM_ERROR for a 404 about a VM that is listed,
   *     and when the list cannot be had either
   */
  boolean saysGone(CasReply reply, String vmId) {
    if (reply.errorCode() == PlatformCode.VM_MISSING) {
      return true;
    }
    if (!reply.absent()) {
      return false;
    }
    boolean listed =
        list(CasPath.of("vm", "vmList")).stream().anyMatch(each -> each.text("id").equals(vmId));
    if (listed) {
      throw errors.of(
          ErrorCode.PLATFORM_ERROR,
          Reason.of(ReasonCode.NOT_THERE_BUT_LISTED),
          "vm",
          vmId,
          "operation",
          reply.call(),
          "number",
          "HTTP 404");
    }
    return true;
  }

  /**
   * Whether the VM is there, by its own record.
   *
   * @throws io.holdfast.error.BackupException PLATFORM_REPLY_UNREADABLE for one that is not this
   *     VM's
   */
  boolean exists(String vmId) {
    CasPath path = CasPath.of("vm", vmId);
    Optional<CasNode> record = object(path, vmId);
    if (record.isPresent() && !record.get().text("id").equals(vmId)) {
      throw errors.of(
          ErrorCode.PLATFORM_REPLY_UNREADABLE,
          Reason.of(ReasonCode.OTHER_RECORD, "vm", vmId),
          "operation",
          "GET " + path);
    }
    return record.isPresent();
  }

  /** [P] The state alone: one small request. VM_NOT_FOUND if there is no such VM. */
  String state(String vmId) {
    return object(CasPath.of("vm", vmId), vmId)
        .map(CasVmReader::state)
        .orElseThrow(() -> errors.of(ErrorCode.VM_NOT_FOUND, "unknown id", "vm", vmId));
  }

  /** The host a VM is on now: one small request; empty when the platform does not say. */
  String hostId(String vmId) {
    CasReply reply = http.get(CasPath.of("vm", vmId));
    return reply.absent() || reply.refused() ? "" : reply.body().unwrapped("domain").text("hostId");
  }

  /** By unique name. [P] The list's filter also matches titles and parts, so it is checked here. */
  Optional<CasVm> findByName(String name) {
    return list(CasPath.of("vm", "vmList").with("domainName", name)).stream()
        .filter(each -> each.text("name").equals(name))
        .findFirst()
        .flatMap(each -> find(each.text("id")));
  }

  /** [P] By UUID; a reply about another VM is none. */
  Optional<CasVm> findByUuid(String uuid) {
    CasReply reply = http.get(CasPath.of("vm", "uuid", uuid));
    if (uuid.isEmpty() || reply.absent() || reply.errorCode() == PlatformCode.VM_MISSING) {
      return Optional.empty();
    }
    CasNode found = errors.required(reply, "vm", uuid).body().unwrapped("domain");
    return Optional.of(found)
        .filter(each -> each.text("uuid").equals(uuid) && each.has("id"))
        .flatMap(each -> find(each.text("id")))
        .filter(vm -> vm.description().getUuid().equals(uuid));
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
