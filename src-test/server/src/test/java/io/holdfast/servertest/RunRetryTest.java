package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskTarget;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Failed VMs are backed up again, in runs of their own, by themselves or by a person's click. */
@ExtendWith(ArquillianExtension.class)
@Order(18)
@Tag("OPT-14")
class RunRetryTest {
  private Http operator;
  private Rows.Place place;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(RunRetryTest.class);
  }

  @BeforeEach
  void begin() {
    operator = Accounts.with(Role.OPERATOR);
    place = Rows.placeWithPassword(); // a run waits for its agent
  }

  @Test
  void onlyVmsWhoseFailureMayPassAreTriedAgainByARunOfTheirOwn() {
    String job = job(1);
    BackupRun failed = failedRun(job);
    JsonNode runs = awaitRuns(job, 2);
    JsonNode again = detail(runs.path(0).path("id").asText());
    assertEquals(1, again.path("retryNo").asInt());
    assertEquals(failed.getId().toString(), again.path("retryOf").asText());
    assertEquals(1, again.path("vms").size(), again.toString());
    assertEquals("busy", again.path("vms").path(0).path("vmName").asText());
    assertEquals("", detail(failed.getId().toString()).path("retryDueAt").asText());

    fail(UUID.fromString(again.path("vms").path(0).path("taskId").asText()));
    pause();
    assertEquals(2, runs(job).size(), "one retry, as the job says");
  }

  @Test
  void withoutRetriesTheRunJustEnds() {
    String job = job(0);
    BackupRun failed = failedRun(job);
    assertEquals("FAILED", detail(failed.getId().toString()).path("state").asText());
    pause();
    assertEquals(1, runs(job).size());
  }

  @Test
  @Tag("JOB-05")
  void aPersonMayTryChosenVmsAgainWhenTheJobIsIdle() {
    String job = job(0);
    BackupRun failed = failedRun(job);
    JsonNode first = detail(failed.getId().toString());
    String path = "/runs/" + first.path("id").asText() + "/retry";
    Http.Answer unknown = operator.post(path, Map.of("taskIds", List.of(Rows.id())));
    assertEquals("NOT_FOUND", unknown.json().path("title").asText(), unknown.text());
    String second = first.path("vms").path(1).path("taskId").asText();
    JsonNode run = operator.post(path, Map.of("taskIds", List.of(second))).expect(200).json();
    JsonNode again = detail(run.path("id").asText());
    assertEquals(1, again.path("vms").size());
    assertEquals("diskless", again.path("vms").path(0).path("vmName").asText());
    Http.Answer twice = operator.post(path, Map.of());
    assertEquals("JOB_RUNNING", twice.json().path("title").asText(), twice.text());
    operator.post("/runs/" + run.path("id").asText() + "/stop", null).expect(200);
  }

  @Test
  void aJobThatWasDeletedIsNotTriedAgain() {
    String job = job(3);
    Rows.update("UPDATE backup_policy SET enabled = FALSE WHERE id = ?", job);
    BackupRun failed = failedRun(job);
    pause();
    assertEquals(1, runs(job).size());
    String log = operator.get("/runs/" + failed.getId() + "/log").expect(200).text();
    assertTrue(log.contains("RUN_RETRY_DROPPED"), log);
  }

  /** A run of two VMs, both failed: one for a reason that may pass. */
  private BackupRun failedRun(String job) {
    BackupPolicy policy =
        Beans.get(ShortTransaction.class)
            .call(() -> Beans.get(PolicyRepository.class).find(UUID.fromString(job)))
            .orElseThrow();
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            policy.getId(),
            policy.getName(),
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            policy.getOptions());
    UUID busy = UUID.randomUUID();
    UUID diskless = UUID.randomUUID();
    // Both rows end before the dispatcher can claim them: in the transaction that makes them.
    return Beans.get(ShortTransaction.class)
        .call(
            () -> {
              BackupRun run =
                  Beans.get(RunStarter.class)
                      .start(
                          order,
                          List.of(busy, diskless),
                          List.of(
                              new TaskTarget("1", "", "busy", "h", "h"),
                              new TaskTarget("2", "", "diskless", "h", "h")),
                          "tester");
              fail(busy);
              Beans.get(TaskLifecycle.class)
                  .failed(diskless, BackupException.of(ErrorCode.VM_HAS_NO_DISK, "vm", "diskless"));
              return run;
            });
  }

  private static void fail(UUID task) {
    Beans.get(TaskLifecycle.class)
        .failed(task, BackupException.of(ErrorCode.PLATFORM_BUSY, "address", "h", "attempts", 1));
  }

  private JsonNode awaitRuns(String job, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (runs(job).size() < count && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
    JsonNode runs = runs(job);
    assertEquals(count, runs.size());
    return runs;
  }

  /** Longer than two ticks of the dispatcher. */
  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4500));
  }

  private JsonNode runs(String job) {
    return operator.get("/runs?jobId=" + job).expect(200).json().path("items");
  }

  private JsonNode detail(String run) {
    return operator.get("/runs/" + run).expect(200).json();
  }

  private String job(int retryTimes) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", "retry " + retryTimes + " " + place.poolId());
    body.put("platformId", place.platformId());
    body.put("agentId", place.agentId());
    body.put("poolId", place.poolId());
    body.put("content", List.of(Map.of("nodeId", "1", "kind", "VM", "name", "v")));
    body.put("options", Map.of("retryTimes", retryTimes, "retryMinutes", 0));
    return operator.post("/jobs", body).expect(200).json().path("id").asText();
  }
}
