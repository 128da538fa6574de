package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.ProtectedVm;
import io.holdfast.server.catalog.RestorePoint;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/** A VM of a restore of many: which of its time points, and what the backup host said of it. */
public class BatchRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String platformId;
  private final String vmId;
  private final String vmName;
  private final Instant newest;
  private String pointId = "";
  private Instant pointTime;
  private long diskBytes;
  private String newName = "";
  private List<String> notices = List.of();
  private String refused = "";

  BatchRow(ProtectedVm vm) {
    platformId = vm.platformId();
    vmId = vm.vmId();
    vmName = vm.vmName();
    newest = vm.newest();
  }

  /** The state that is restored; forgets what was said of another one. */
  void take(RestorePoint point) {
    pointId = point.id().value();
    pointTime = point.createdAt();
    diskBytes = point.diskBytes();
    judge(List.of(), "");
  }

  /** There is no state as old as was asked for. */
  void takeNone(String why) {
    pointId = "";
    pointTime = null;
    diskBytes = 0;
    judge(List.of(), why);
  }

  /**
   * @param notices what will be different, in the reader's language
   * @param refused why it is not possible; empty: it is
   */
  void judge(List<String> notices, String refused) {
    this.notices = List.copyOf(notices);
    this.refused = refused;
  }

  String getPointId() {
    return pointId;
  }

  void setNewName(String newName) {
    this.newName = newName;
  }

  /** Differs for each VM of a pool. */
  public String getKey() {
    return platformId + " " + vmId;
  }

  public String getPlatformId() {
    return platformId;
  }

  public String getVmId() {
    return vmId;
  }

  public String getVmName() {
    return vmName;
  }

  public Instant getNewest() {
    return newest;
  }

  /** When the state was that is restored; null when there is none. */
  public Instant getPointTime() {
    return pointTime;
  }

  public long getDiskBytes() {
    return diskBytes;
  }

  public String getNewName() {
    return newName;
  }

  public List<String> getNotices() {
    return notices;
  }

  public String getRefused() {
    return refused;
  }
}
