package io.holdfast.web.console.snapshots;

import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.snapshot.ScheduleDefinition;
import io.holdfast.server.snapshot.SnapshotSchedule;
import java.io.Serializable;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;

/** What is entered about a schedule. */
public class ScheduleForm implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MEMORY_SECONDS = 600;
  private static final int SECONDS_OF_MINUTE = 60;

  private String platformId = "";
  private String name;
  private boolean enabled = true;
  private boolean daily = true;
  private int intervalHours = 6;
  private LocalTime time = LocalTime.of(2, 0);
  private boolean memory;
  private int memoryTimeoutSeconds = MEMORY_SECONDS;
  private int keepCount = ScheduleDefinition.KEEP_COUNT.preset();
  private ArrayList<String> content = new ArrayList<>();

  static ScheduleForm of(SnapshotSchedule schedule) {
    ScheduleDefinition definition = schedule.definition();
    ScheduleForm form = new ScheduleForm();
    form.platformId = schedule.platform().value();
    form.name = definition.name();
    form.enabled = definition.enabled();
    form.daily = definition.when().intervalHours() == 0;
    form.intervalHours = form.daily ? form.intervalHours : definition.when().intervalHours();
    form.time = LocalTime.ofSecondOfDay((long) definition.when().minuteOfDay() * SECONDS_OF_MINUTE);
    form.memory = definition.memorySeconds() > 0;
    form.memoryTimeoutSeconds = form.memory ? definition.memorySeconds() : MEMORY_SECONDS;
    form.keepCount = definition.keepCount();
    form.setContent(definition.content().stream().map(ContentNode::getNodeId).toList());
    return form;
  }

  ScheduleDefinition definition(List<ContentNode> nodes) {
    return new ScheduleDefinition(
        name,
        enabled,
        new ScheduleDefinition.When(
            daily ? 0 : Math.max(1, intervalHours), time.toSecondOfDay() / SECONDS_OF_MINUTE),
        memory ? memoryTimeoutSeconds : 0,
        keepCount,
        nodes);
  }

  public String getPlatformId() {
    return platformId;
  }

  public void setPlatformId(String platformId) {
    this.platformId = platformId == null ? "" : platformId;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public boolean isDaily() {
    return daily;
  }

  public void setDaily(boolean daily) {
    this.daily = daily;
  }

  public int getIntervalHours() {
    return intervalHours;
  }

  public void setIntervalHours(int intervalHours) {
    this.intervalHours = intervalHours;
  }

  public LocalTime getTime() {
    return time;
  }

  public void setTime(LocalTime time) {
    this.time = time;
  }

  public boolean isMemory() {
    return memory;
  }

  public void setMemory(boolean memory) {
    this.memory = memory;
  }

  public int getMemoryTimeoutSeconds() {
    return memoryTimeoutSeconds;
  }

  public void setMemoryTimeoutSeconds(int memoryTimeoutSeconds) {
    this.memoryTimeoutSeconds = memoryTimeoutSeconds;
  }

  public int getKeepCount() {
    return keepCount;
  }

  public void setKeepCount(int keepCount) {
    this.keepCount = keepCount;
  }

  public List<String> getContent() {
    return content;
  }

  public void setContent(List<String> content) {
    this.content = content == null ? new ArrayList<>() : new ArrayList<>(content);
  }
}
