package io.holdfast.server.run;

import io.holdfast.error.Messages;
import io.holdfast.server.database.NamedValues;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** One disk of a VM task as the agent planned it. Written once, when the plan is entered. */
@Entity
@Table(name = "task_disk")
public class TaskDisk {
  @Id
  @Column(name = "id", length = 64)
  private String id;

  @Column(name = "task_id", nullable = false)
  private String taskId;

  @Column(name = "disk_no", nullable = false)
  private int diskNo;

  @Column(name = "disk_key", nullable = false)
  private String diskKey;

  @Column(name = "device", nullable = false)
  private String device;

  @Column(name = "size_bytes", nullable = false)
  private long sizeBytes;

  @Column(name = "included", nullable = false)
  private boolean included;

  @Column(name = "excluded_code")
  private String excludedCode;

  @Column(name = "excluded_parameters")
  private String excludedParameters;

  @Column(name = "verified_bytes", nullable = false)
  private long verifiedBytes;

  /** For the persistence provider. */
  protected TaskDisk() {}

  /** A disk that is part of the work. */
  public TaskDisk(UUID taskId, int diskNo, String diskKey, String device, long sizeBytes) {
    this.id = taskId + "/" + diskNo;
    this.taskId = taskId.toString();
    this.diskNo = diskNo;
    this.diskKey = diskKey;
    this.device = device;
    this.sizeBytes = sizeBytes;
    this.included = true;
  }

  /** Says that and why the disk is left out. */
  public TaskDisk excludedBecause(String noticeCode, Map<String, String> parameters) {
    included = false;
    excludedCode = noticeCode;
    excludedParameters = NamedValues.write(parameters);
    return this;
  }

  void verified(long bytes) {
    verifiedBytes = bytes;
  }

  public UUID getTaskId() {
    return UUID.fromString(taskId);
  }

  public int getDiskNo() {
    return diskNo;
  }

  public String getDiskKey() {
    return diskKey;
  }

  public String getDevice() {
    return device;
  }

  public long getSizeBytes() {
    return sizeBytes;
  }

  public boolean isIncluded() {
    return included;
  }

  /** Bytes a restore has read back and found right. */
  public long getVerifiedBytes() {
    return verifiedBytes;
  }

  /** Why it is left out, in the reader's language, or empty. */
  public String excludedMessage(Locale locale) {
    return excludedCode == null
        ? ""
        : Messages.text(excludedCode, NamedValues.read(excludedParameters), locale);
  }
}
