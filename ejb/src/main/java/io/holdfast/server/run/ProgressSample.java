package io.holdfast.server.run;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * How far a VM task was at a moment; speed, remaining time and the traffic chart come from these.
 */
@Entity
@Table(name = "progress_sample")
public class ProgressSample {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Column(name = "id")
  private Long id;

  @Column(name = "run_id", nullable = false)
  private String runId;

  @Column(name = "task_id", nullable = false)
  private String taskId;

  @Column(name = "at_millis", nullable = false)
  private long atMillis;

  @Column(name = "done_bytes", nullable = false)
  private long doneBytes;

  /** For the persistence provider. */
  protected ProgressSample() {}

  public ProgressSample(UUID runId, UUID taskId, Instant at, long doneBytes) {
    this.runId = runId.toString();
    this.taskId = taskId.toString();
    this.atMillis = at.toEpochMilli();
    this.doneBytes = doneBytes;
  }

  public UUID getTaskId() {
    return UUID.fromString(taskId);
  }

  public Instant getAt() {
    return Instant.ofEpochMilli(atMillis);
  }

  public long getDoneBytes() {
    return doneBytes;
  }
}
