package io.holdfast.server.run;

import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlannedDisk;
import io.holdfast.agent.protocol.StorageSpace;
import io.holdfast.agent.protocol.VmCheck;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.policy.BackupType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a VM would get if its job ran now (CAS-06, CAS-07, CAS-23). Immutable.
 *
 * @param vm the VM as the inventory has it
 * @param check what the backup host says of it
 */
public record VmEligibility(InventoryEntry vm, VmCheck check) {
  /** Whether the run would back it up. */
  public boolean eligible() {
    return check.getEligible();
  }

  /** What the run would fail with. */
  public Optional<ErrorCode> refusal() {
    if (check.getEligible()) {
      return Optional.empty();
    }
    ErrorDetail detail = check.getRefusal();
    for (ErrorCode code : ErrorCode.values()) {
      if (code.number() == detail.getCode()) {
        return Optional.of(code);
      }
    }
    return Optional.of(ErrorCode.INTERNAL_ERROR);
  }

  /** The sentence of {@link #refusal} in the reader's language, or empty. */
  public String refusalText(Locale locale) {
    return refusal()
        .map(code -> Messages.text(code.name(), check.getRefusal().getParametersMap(), locale))
        .orElse("");
  }

  private BackupPlan plan() {
    return check.getPlan();
  }

  /** The type it would get; empty when it is not eligible. */
  public Optional<BackupType> type() {
    return eligible()
        ? Optional.of(BackupType.ofProtocol(plan().getEffectiveType()))
        : Optional.empty();
  }

  /** EXTERNAL, INTERNAL, or NONE for a VM that is read while it is off; empty when not eligible. */
  public String snapshot() {
    if (!eligible()) {
      return "";
    }
    return plan().getSnapshotType().name().substring("SNAPSHOT_".length());
  }

  /** Whether changes of all its disks can be tracked. */
  public boolean trackable() {
    return plan().getTrackable();
  }

  /** Whether it would be shut down (OPT-18). */
  public boolean shutsDown() {
    return plan().getShutsDown();
  }

  /** Why it would get what it gets, in the reader's language. */
  public List<String> notices(Locale locale) {
    return plan().getNoticesList().stream().map(notice -> text(notice, locale)).toList();
  }

  /**
   * A disk of it.
   *
   * @param leftOut why it is left out, in the reader's language; empty: it is not
   */
  public record Disk(String device, String format, long sizeBytes, String leftOut) {}

  /** Its disks. */
  public List<Disk> disks(Locale locale) {
    List<Disk> disks = new ArrayList<>();
    for (PlannedDisk disk : plan().getDisksList()) {
      disks.add(
          new Disk(
              disk.getDisk().getDevice(),
              disk.getDisk().getFormat(),
              disk.getDisk().getSizeBytes(),
              disk.getIncluded() ? "" : text(disk.getExcludedBecause(), locale)));
    }
    return disks;
  }

  /** Storage pools that hold its disks (OPT-07). */
  public List<StorageSpace> storage() {
    return plan().getStorageList();
  }

  private static String text(Notice notice, Locale locale) {
    Map<String, String> parameters = notice.getParametersMap();
    return Messages.text(notice.getCode(), parameters, locale);
  }
}
