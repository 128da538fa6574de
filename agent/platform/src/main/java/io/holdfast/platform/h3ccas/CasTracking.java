package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Change tracking and valid data (CAS-02, CAS-04, OPT-16). The calls are all assumed [INF]; what
 * they mean is from the guides [SRC]: qcow2 only, bitmaps in memory, lost when the VM is powered
 * off. Thread-safe.
 */
final class CasTracking {
  private static final Logger LOG = LoggerFactory.getLogger(CasTracking.class);
  private static final int PAGE = 1000;

  /** [INF] The platform's words for why bitmaps are gone. */
  private static final Map<String, ReasonCode> REASONS =
      Map.of(
          "powerCycle", ReasonCode.TRACKING_POWER_CYCLE,
          "migrated", ReasonCode.TRACKING_MIGRATED,
          "reverted", ReasonCode.TRACKING_REVERTED,
          "disabled", ReasonCode.TRACKING_DISABLED,
          "lost", ReasonCode.TRACKING_LOST_BY_HOST);

  private final CasHttp http;
  private final CasTasks tasks;
  private final CasErrors errors;

  CasTracking(CasHttp http, CasTasks tasks, CasErrors errors) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
  }

  /** Whether tracking is on and valid for all these devices. */
  boolean validFor(String vmId, Collection<String> devices) {
    return whyNotFor(vmId, devices).isEmpty();
  }

  /** Why tracking is not on or not valid for all these devices; empty when it is. */
  String whyNotFor(String vmId, Collection<String> devices) {
    CasNode status = status(vmId);
    if (!status.flag("enabled")) {
      return Reason.of(ReasonCode.TRACKING_OFF);
    }
    if (!status.flag("valid")) {
      return Reason.of(REASONS.getOrDefault(status.text("reason"), ReasonCode.TRACKING_INVALID));
    }
    Set<String> missing = new TreeSet<>(devices);
    status.list("disks").forEach(each -> missing.remove(each.text("device")));
    return missing.isEmpty()
        ? ""
        : Reason.of(ReasonCode.TRACKING_OFF_FOR, "disks", String.join(", ", missing));
  }

  private CasNode status(String vmId) {
    CasReply reply = http.get(CasPath.of("vm", vmId, "cbt"));
    return reply.absent() || reply.refused() ? CasNode.nothing() : reply.body();
  }

  /**
   * Switches it on. A VM none of whose disks can be tracked now (shut off, no qcow2, release) is
   * left as it is: its snapshots carry no marks.
   */
  void enable(CasVm vm) {
    if (!vm.running() || vm.disks().stream().noneMatch(CasVm.Disk::qcow2)) {
      LOG.info("VM {}: nothing to track (state {})", vm.label(), vm.description().getState());
      return;
    }
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT",
            CasPath.of("vm", vm.id(), "cbt"),
            CasNode.bytes(Map.of("enable", true)),
            () -> validFor(vm.id(), List.of()));
    if (outcome.code() == PlatformCode.TRACKING_UNSUPPORTED) {
      LOG.info("VM {}: no change tracking: {}", vm.label(), outcome.message());
      return;
    }
    errors.required(outcome, "vm", vm.label(), "operation", "enable change tracking");
  }

  /** Off and on again: all bitmaps are gone, new ones count from now on. */
  void restart(CasVm vm) {
    stop(vm);
    enable(vm);
  }

  /** Off: all bitmaps are gone. A platform without the call tracks nothing. */
  void stop(CasVm vm) {
    if (http.get(CasPath.of("vm", vm.id(), "cbt")).absent()) {
      return;
    }
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT",
            CasPath.of("vm", vm.id(), "cbt"),
            CasNode.bytes(Map.of("enable", false)),
            () -> !status(vm.id()).flag("enabled"));
    if (outcome.code() != PlatformCode.TRACKING_UNSUPPORTED) {
      errors.required(outcome, "vm", vm.label(), "operation", "disable change tracking");
    }
  }

  /**
   * @param size of the disk at the snapshot, bytes
   * @param device of the disk (vda…)
   */
  ExtentMap changed(VmSnapshot snapshot, String device, long size, String since, String mark) {
    CasPath path =
        CasPath.of("vm", snapshot.vmId(), "cbt", "changes")
            .with("device", device)
            .with("since", since)
            .with("snapshot", snapshot.name());
    Object[] subject = {
      "vm", snapshot.vmId(), "disk", device, "snapshot", snapshot.name(), "mark", since
    };
    try {
      return pages(path, size, mark, subject);
    } catch (IllegalArgumentException wrong) {
      throw errors.of(ErrorCode.CHANGED_AREAS_INVALID, wrong.getMessage(), subject);
    }
  }

  /** VALID_DATA_UNAVAILABLE also when the answer contradicts itself: then all is read. */
  ExtentMap allocated(VmSnapshot snapshot, String device, long size) {
    CasPath live = CasPath.of("vm", snapshot.vmId(), "allocated").with("device", device);
    CasPath path =
        snapshot.type() == SnapshotType.SNAPSHOT_NONE
            ? live
            : live.with("snapshot", snapshot.name());
    Object[] subject = {"vm", snapshot.vmId(), "disk", device, "snapshot", snapshot.name()};
    try {
      return pages(path, size, null, subject);
    } catch (IllegalArgumentException wrong) {
      throw errors.of(ErrorCode.VALID_DATA_UNAVAILABLE, wrong.getMessage(), subject);
    } catch (BackupException refused) {
      if (refused.code() == ErrorCode.PLATFORM_ERROR) {
        throw errors.of(
            ErrorCode.VALID_DATA_UNAVAILABLE, refused.parameters().get("cause"), subject);
      }
      throw refused;
    }
  }

  /**
   * All pages of an area list. {@link IllegalArgumentException} when they are not to be believed:
   * out of order, overlapping, beyond the disk, changes off the bitmap's granularity, a page that
   * does not advance, pages of different bitmaps or granularities, a list that ends before the
   * disk, a reply that is no area list at all.
   *
   * @param mark the bitmap the answer must be of; null where there is none
   */
  private ExtentMap pages(CasPath path, long size, String mark, Object[] subject) {
    List<Extent> areas = new ArrayList<>();
    long offset = 0;
    long granularity = 0;
    boolean more = true;
    while (more) {
      CasPath page = path.with("offset", offset).with("limit", PAGE);
      CasNode body = errors.required(http.get(page), subject).body();
      if (!body.has("granularity") && !body.has("more")) {
        throw wrong(ReasonCode.AREAS_MISSING);
      }
      if (mark != null && !body.text("bitmapId").equals(mark)) {
        throw wrong(
            ReasonCode.AREAS_OTHER_BITMAP, "actual", body.text("bitmapId"), "expected", mark);
      }
      long told = body.number("granularity");
      if (body.has("granularity") && told <= 0) {
        throw wrong(ReasonCode.AREAS_GRANULARITY, "value", body.text("granularity"));
      }
      if (granularity != 0 && told != granularity) {
        throw wrong(ReasonCode.AREAS_GRANULARITY_CHANGES, "from", granularity, "to", told);
      }
      granularity = told;
      for (CasNode area : body.list("areas")) {
        areas.add(aligned(extent(area, offset), mark == null ? 0 : granularity, size));
      }
      long next = body.number("next");
      more = body.has("more") ? body.flag("more") : next > 0 && next < size;
      if (more && next <= offset) {
        throw wrong(ReasonCode.AREAS_PAGE_STANDS, "from", offset, "to", next);
      }
      offset = next;
    }
    if (offset != 0 && offset < size) {
      throw wrong(ReasonCode.AREAS_END_EARLY, "offset", offset, "size", size);
    }
    return inOrder(size, areas);
  }

  /** The same that {@link ExtentMap#of} asks for, told so that a reader can be told. */
  private static ExtentMap inOrder(long size, List<Extent> areas) {
    long end = 0;
    for (Extent area : areas) {
      ByteRange range = area.range();
      if (range.offset() < end) {
        throw wrong(ReasonCode.AREAS_NOT_IN_ORDER, "offset", range.offset());
      }
      if (range.end() > size) {
        throw wrong(ReasonCode.AREAS_BEYOND_DISK, "to", range.end(), "size", size);
      }
      end = range.end();
    }
    return ExtentMap.of(size, areas);
  }

  private static IllegalArgumentException wrong(ReasonCode code, Object... namesAndValues) {
    return new IllegalArgumentException(Reason.of(code, namesAndValues));
  }

  /** A bitmap's areas begin and end at its steps, or at the end of the disk. */
  private static Extent aligned(Extent extent, long granularity, long size) {
    ByteRange range = extent.range();
    boolean fits =
        granularity <= 0
            || (range.offset() % granularity == 0
                && (range.end() % granularity == 0 || range.end() == size));
    if (!fits) {
      throw wrong(
          ReasonCode.AREAS_UNALIGNED,
          "from",
          range.offset(),
          "to",
          range.end(),
          "value",
          granularity);
    }
    return extent;
  }

  private static Extent extent(CasNode area, long pageOffset) {
    if (!area.has("offset") || !area.has("length")) {
      throw unreadable(area, null);
    }
    long offset = wholeNumber(area, "offset");
    if (offset < pageOffset) {
      throw wrong(ReasonCode.AREAS_BEFORE_PAGE, "offset", offset, "from", pageOffset);
    }
    try {
      return new Extent(new ByteRange(offset, wholeNumber(area, "length")), Extent.State.DATA);
    } catch (IllegalArgumentException noRange) {
      throw unreadable(area, noRange);
    }
  }

  private static IllegalArgumentException unreadable(CasNode area, RuntimeException why) {
    String words = Reason.words(area.toString());
    return new IllegalArgumentException(
        Reason.of(ReasonCode.AREAS_UNREADABLE, "words", words), why);
  }

  private static long wholeNumber(CasNode area, String field) {
    try {
      return area.decimal(field).longValueExact();
    } catch (ArithmeticException notWhole) {
      throw unreadable(area, notWhole);
    }
  }

  /** The marks there are, of all disks. */
  List<TrackingMark> marks(String vmId) {
    return status(vmId).list("disks").stream()
        .flatMap(disk -> disk.list("points").stream())
        .map(point -> new TrackingMark(point.text("bitmapId"), point.text("snapshot")))
        .filter(mark -> !mark.mark().isEmpty())
        .toList();
  }

  /** Drops these marks; a VM that is gone or untracked has none. */
  void drop(String vmId, Collection<String> marks) {
    if (marks.isEmpty()) {
      return;
    }
    CasPath path =
        CasPath.of("vm", vmId, "cbt", "points")
            .with("drop", String.join(",", new TreeSet<>(marks)));
    CasTasks.Outcome outcome = tasks.perform("DELETE", path, null, () -> false);
    Set<Integer> nothingToDrop =
        Set.of(
            PlatformCode.VM_MISSING,
            PlatformCode.TRACKING_UNSUPPORTED,
            PlatformCode.TRACKING_INVALID,
            PlatformCode.TRACKING_POINT_UNKNOWN);
    if (!nothingToDrop.contains(outcome.code())) {
      errors.required(outcome, "vm", vmId, "operation", "drop tracking marks");
    }
  }
}
