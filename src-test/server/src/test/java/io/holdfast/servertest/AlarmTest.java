package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.TaskTarget;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Alarms of what happens to VM tasks, read and acknowledged by REST. */
@ExtendWith(ArquillianExtension.class)
@Order(8)
@Tag("JOB-07")
class AlarmTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(AlarmTest.class);
  }

  /** A run of some VMs that has ended when it is committed: the dispatcher never sees it. */
  private static String run(String job) {
    Rows.Place place = Rows.place();
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            UUID.randomUUID(),
            job,
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            BackupOptions.preset());
    List<String> names = List.of("failed 失败", "skipped", "silent", "degraded", "good");
    List<UUID> ids = names.stream().map(name -> UUID.randomUUID()).toList();
    List<TaskTarget> targets =
        names.stream().map(name -> new TaskTarget(job + name, "", name, "", "")).toList();
    return Beans.get(ShortTransaction.class)
        .call(
            () -> {
              UUID id = Beans.get(RunStarter.class).start(order, ids, targets, "op").getId();
              TaskLifecycle lifecycle = Beans.get(TaskLifecycle.class);
              ids.subList(0, 3).forEach(task -> lifecycle.advance(task, TaskState.PREPARING));
              lifecycle.failed(
                  ids.get(0), BackupException.of(ErrorCode.VM_HAS_NO_DISK, "vm", names.get(0)));
              lifecycle.failed(
                  ids.get(1), BackupException.of(ErrorCode.VM_NOT_TRACKABLE, "vm", names.get(1)));
              lifecycle.skipped(ids.get(2), NoticeCode.VM_SKIPPED_UNTRACKED, "vm", names.get(2));
              List<Notice> notices =
                  List.of(
                      notice(NoticeCode.FULL_SAMPLE_MISMATCH),
                      notice(NoticeCode.FULL_SAMPLE_MISMATCH),
                      notice(NoticeCode.FULL_VM_MIGRATED));
              lifecycle.notices(ids.get(3), notices);
              lifecycle.stopped(ids.get(3));
              lifecycle.stopped(ids.get(4));
              return id.toString();
            });
  }

  private static Notice notice(NoticeCode code) {
    return Notice.newBuilder()
        .setCode(code.name())
        .setSeverity(Notice.Severity.WARNING)
        .putParameters("disk", "vda")
        .putParameters("offset", "4096")
        .build();
  }

  private static JsonNode alarms(Http http, String job, String more) {
    return http.get("/alarms?q=" + job + more).expect(200).json();
  }

  @Test
  void failedSkippedAndDegradedVmsRingOnceEachAndSilentOnesDoNot() {
    Http operator = Accounts.with(Role.OPERATOR);
    String job = "ring-" + UUID.randomUUID();
    String run = run(job);
    JsonNode found = alarms(operator, job, "");
    assertEquals(3, found.path("total").asInt(), found.toString());
    for (JsonNode alarm : found.path("items")) {
      assertEquals(run, alarm.path("runId").asText());
      assertTrue(alarm.path("open").asBoolean());
    }
    JsonNode degraded = alarms(operator, job, "&kind=DEGRADED").path("items").path(0);
    assertEquals("FULL_SAMPLE_MISMATCH", degraded.path("code").asText());
    assertEquals("degraded", degraded.path("vmName").asText());
    assertTrue(degraded.path("message").asText().contains("vda"), degraded.toString());
    JsonNode chinese = alarms(operator.speaking("zh"), job, "&kind=FAILED").path("items").path(0);
    assertTrue(chinese.path("message").asText().contains("虚拟机"), chinese.toString());
    assertEquals(
        "skipped",
        alarms(operator, job, "&kind=SKIPPED").path("items").path(0).path("vmName").asText());
    assertEquals(1, alarms(operator, job, "&offset=2&limit=5").path("items").size());
  }

  @Test
  void anAcknowledgedAlarmSaysByWhomAndIsOnlyThereWhenAskedFor() {
    Http operator = Accounts.with(Role.OPERATOR);
    String job = "seen-" + UUID.randomUUID();
    run(job);
    String id = alarms(operator, job, "&kind=FAILED").path("items").path(0).path("id").asText();
    Accounts.with(Role.AUDITOR).post("/alarms/" + id + "/acknowledge", null).expect(403);
    JsonNode seen = operator.post("/alarms/" + id + "/acknowledge", null).expect(200).json();
    assertFalse(seen.path("open").asBoolean());
    assertFalse(seen.path("acknowledgedBy").asText().isEmpty());
    assertEquals(2, alarms(operator, job, "").path("total").asInt());
    assertEquals(3, alarms(operator, job, "&open=false").path("total").asInt());
    operator.post("/alarms/" + id + "/acknowledge", null).expect(200);
    operator.post("/alarms/" + UUID.randomUUID() + "/acknowledge", null).expect(404);
  }
}
