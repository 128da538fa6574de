package io.holdfast.web.console.snapshots;

import io.holdfast.error.BackupException;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.snapshot.ScheduleDefinition;
import io.holdfast.server.snapshot.SnapshotOperation;
import io.holdfast.server.snapshot.SnapshotRepository;
import io.holdfast.server.snapshot.SnapshotSchedule;
import io.holdfast.server.snapshot.SnapshotScheduleService;
import io.holdfast.server.snapshot.VmSnapshotService;
import io.holdfast.web.console.layout.Feedback;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Snapshot schedules and the dialog that adds or changes one (CAS-21). */
@Named
@ViewScoped
public class SchedulesView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_OPERATIONS = 50;
  private static final int NAMED = 3;

  @Inject SnapshotScheduleService schedules;
  @Inject VmSnapshotService snapshots;
  @Inject PlatformService platforms;
  @Inject InventoryService inventories;
  @Inject Feedback feedback;
  @Inject Texts texts;
  @Inject LanguageView language;

  private transient List<SnapshotSchedule> rows;
  private transient List<SnapshotOperation> history;
  private transient Inventory inventory;
  private final LinkedHashMap<String, String> rememberedKinds = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> rememberedNames = new LinkedHashMap<>();
  private ScheduleForm form = new ScheduleForm();
  private String editedId;

  /** All of them by name. */
  public List<SnapshotSchedule> getRows() {
    if (rows == null) {
      rows = feedback.attempt(schedules::list).orElse(List.of());
    }
    return rows;
  }

  public List<Platform> getPlatforms() {
    return feedback.attempt(platforms::list).orElse(List.of());
  }

  /** What can be chosen on the dialog's platform, and what was chosen and is gone. */
  public Map<String, String> getNodes() {
    Map<String, String> nodes = new LinkedHashMap<>();
    if (inventory == null && !form.getPlatformId().isEmpty()) {
      inventory =
          feedback
              .attempt(() -> inventories.inventory(new PlatformId(form.getPlatformId())))
              .orElse(null);
    }
    if (inventory != null) {
      for (InventoryEntry each : inventory.all()) {
        nodes.put(texts.state(each.kind()) + " " + each.title() + suffix(each, nodes), each.id());
      }
    }
    rememberedNames.forEach(
        (id, name) -> {
          if (!nodes.containsValue(id)) {
            nodes.put(name + " (" + id + ")", id);
          }
        });
    return nodes;
  }

  private String suffix(InventoryEntry entry, Map<String, String> nodes) {
    boolean taken = nodes.containsKey(texts.state(entry.kind()) + " " + entry.title());
    return taken ? " (" + entry.name() + ")" : "";
  }

  /** Another platform: nothing chosen. */
  public void platformChanged() {
    inventory = null;
    form.setContent(List.of());
    rememberedKinds.clear();
    rememberedNames.clear();
  }

  /** What a schedule is about, in short. */
  public String content(SnapshotSchedule schedule) {
    List<ContentNode> nodes = schedule.content();
    String names =
        nodes.stream().limit(NAMED).map(ContentNode::getName).collect(Collectors.joining(", "));
    return nodes.size() > NAMED ? names + " +" + (nodes.size() - NAMED) : names;
  }

  /** When, in words. */
  public String when(SnapshotSchedule schedule) {
    ScheduleDefinition.When when = schedule.definition().when();
    return when.intervalHours() > 0
        ? texts.of("schedules.every", when.intervalHours())
        : texts.of("schedules.daily", LocalTime.ofSecondOfDay(when.minuteOfDay() * 60L));
  }

  /** Why its VMs could not be found the last time. */
  public String problem(SnapshotSchedule schedule) {
    return message(schedule.error().orElse(null));
  }

  /** Why an operation failed or is tried again. */
  public String problem(SnapshotOperation operation) {
    return message(operation.error().orElse(null));
  }

  private String message(BackupException error) {
    return error == null ? "" : error.message(language.getLocale());
  }

  /** What schedules did lately, newest first. */
  public List<SnapshotOperation> getHistory() {
    if (history == null) {
      history =
          feedback
              .attempt(
                  () ->
                      snapshots
                          .operations(
                              SnapshotRepository.Filter.ALL, PageRequest.first(MOST_OPERATIONS))
                          .items())
              .orElse(List.of());
    }
    return history;
  }

  /** Reads everything anew. */
  public void look() {
    rows = null;
    history = null;
  }

  /** Opens the dialog for a new schedule. */
  public void prepareAdd() {
    editedId = null;
    form = new ScheduleForm();
    platformChanged();
    if (getPlatforms().size() == 1) {
      form.setPlatformId(getPlatforms().get(0).id().value());
    }
  }

  /** Opens the dialog for one that exists. */
  public void prepareEdit(SnapshotSchedule schedule) {
    editedId = schedule.id();
    form = ScheduleForm.of(schedule);
    inventory = null;
    rememberedKinds.clear();
    rememberedNames.clear();
    for (ContentNode node : schedule.content()) {
      rememberedKinds.put(node.getNodeId(), node.getKind());
      rememberedNames.put(node.getNodeId(), node.getName());
    }
  }

  /** Saves the dialog. */
  public void save() {
    boolean saved =
        feedback.attempt(
            () -> {
              ScheduleDefinition definition = form.definition(chosen());
              if (editedId == null) {
                schedules.add(new PlatformId(form.getPlatformId()), definition);
              } else {
                schedules.change(editedId, definition);
              }
            });
    if (saved) {
      feedback.done("schedules.saved", form.getName());
      look();
    }
  }

  private List<ContentNode> chosen() {
    List<ContentNode> nodes = new ArrayList<>();
    for (String id : form.getContent()) {
      InventoryEntry entry = inventory == null ? null : inventory.find(id).orElse(null);
      if (entry != null) {
        nodes.add(new ContentNode(id, entry.kind().name(), entry.title()));
      } else if (rememberedKinds.containsKey(id)) {
        nodes.add(new ContentNode(id, rememberedKinds.get(id), rememberedNames.get(id)));
      }
    }
    return nodes;
  }

  /** Takes its snapshots now. */
  public void run(SnapshotSchedule schedule) {
    if (feedback.attempt(
        () -> {
          schedules.run(schedule.id());
        })) {
      feedback.done("schedules.started", schedule.name());
    }
    look();
  }

  /** Forgets one. */
  public void remove(SnapshotSchedule schedule) {
    if (feedback.attempt(() -> schedules.remove(schedule.id()))) {
      feedback.done("schedules.removed", schedule.name());
    }
    look();
  }

  public ScheduleForm getForm() {
    return form;
  }

  /** Whether the dialog changes a schedule rather than adding one. */
  public boolean isEditing() {
    return editedId != null;
  }
}
