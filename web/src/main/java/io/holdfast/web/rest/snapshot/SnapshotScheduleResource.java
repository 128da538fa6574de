package io.holdfast.web.rest.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.snapshot.ScheduleDefinition;
import io.holdfast.server.snapshot.SnapshotSchedule;
import io.holdfast.server.snapshot.SnapshotScheduleService;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;

/** {@code /snapshot-schedules} (CAS-21). */
@Path("/snapshot-schedules")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class SnapshotScheduleResource {
  @Inject private SnapshotScheduleService schedules;

  /** A VM, or a host, cluster or pool whose VMs are meant, by its id in the inventory. */
  public record Node(String nodeId, String kind, String name) {
    ContentNode checked() {
      return new ContentNode(
          Required.text("nodeId", nodeId),
          Required.text("kind", kind),
          Required.text("name", name));
    }
  }

  /**
   * What a person says; left out: enabled, daily at 02:00, without memory, 7 kept.
   *
   * @param intervalHours 1…720; 0 or left out: daily at {@code time}
   * @param time hours and minutes by the server's clock, as 02:00
   * @param keepCount how many of its own a VM keeps, 1…32
   */
  public record Settings(
      String name,
      String platformId,
      Boolean enabled,
      Integer intervalHours,
      String time,
      Boolean memory,
      Integer memoryTimeoutSeconds,
      Integer keepCount,
      List<Node> content) {
    ScheduleDefinition checked() {
      return new ScheduleDefinition(
          Required.text("name", name),
          enabled == null || enabled,
          new ScheduleDefinition.When(
              intervalHours == null ? 0 : intervalHours, minute(time == null ? "02:00" : time)),
          VmSnapshotResource.memorySeconds(memory, memoryTimeoutSeconds),
          keepCount == null ? ScheduleDefinition.KEEP_COUNT.preset() : keepCount,
          Required.value("content", content).stream().map(Node::checked).toList());
    }

    private static int minute(String text) {
      try {
        return LocalTime.parse(text).toSecondOfDay() / 60;
      } catch (DateTimeParseException wrong) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE, "field", "time", "value", text, "expected", "hh:mm");
      }
    }
  }

  /**
   * A schedule.
   *
   * @param problem why its VMs could not be found the last time; empty: they were
   */
  public record Entry(String id, Settings settings, String problem) {
    static Entry of(SnapshotSchedule schedule) {
      ScheduleDefinition definition = schedule.definition();
      int seconds = definition.memorySeconds();
      return new Entry(
          schedule.id(),
          new Settings(
              definition.name(),
              schedule.platform().value(),
              definition.enabled(),
              definition.when().intervalHours(),
              LocalTime.ofSecondOfDay(definition.when().minuteOfDay() * 60L).toString(),
              seconds > 0,
              seconds > 0 ? seconds : null,
              definition.keepCount(),
              definition.content().stream()
                  .map(node -> new Node(node.getNodeId(), node.getKind(), node.getName()))
                  .toList()),
          schedule.error().map(BackupException::getMessage).orElse(""));
    }
  }

  @GET
  public List<Entry> list() {
    return schedules.list().stream().map(Entry::of).toList();
  }

  @POST
  public Entry add(Settings settings) {
    PlatformId platform =
        new PlatformId(Required.text("platformId", Required.body(settings).platformId()));
    return Entry.of(schedules.add(platform, settings.checked()));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(schedules.get(id));
  }

  /** The platform stays as it is. */
  @PUT
  @Path("/{id}")
  public Entry change(@PathParam("id") String id, Settings settings) {
    return Entry.of(schedules.change(id, Required.body(settings).checked()));
  }

  /** Takes its snapshots now, beside the plan. */
  @POST
  @Path("/{id}/run")
  public Entry run(@PathParam("id") String id) {
    return Entry.of(schedules.run(id));
  }

  /** The snapshots it made stay on the platform. */
  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    schedules.remove(id);
  }
}
