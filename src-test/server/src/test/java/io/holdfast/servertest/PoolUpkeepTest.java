package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.retention.RetentionWork;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Pool jobs, retention that is due and what the catalog says of restore points, in the database.
 */
@ExtendWith(ArquillianExtension.class)
@Order(15)
class PoolUpkeepTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(PoolUpkeepTest.class);
  }

  @Test
  @Tag("POOL-10")
  void ofAPoolOneJobOfAKindWaitsAndAPersonCanAlwaysEndIt() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    Map<String, Object> wanted = Map.of("poolId", place.poolId(), "kind", "VERIFY");
    List<Integer> answers =
        IntStream.range(0, 6)
            .parallel()
            .mapToObj(i -> operator.post("/pool-jobs", wanted).status())
            .sorted()
            .toList();
    assertEquals(List.of(200, 409, 409, 409, 409, 409), answers);
    JsonNode other =
        operator
            .post("/pool-jobs", Map.of("poolId", place.poolId(), "kind", "GARBAGE"))
            .expect(200)
            .json();
    assertEquals("WAITING", other.path("state").asText(), "its agent has never called");

    JsonNode all = operator.get("/pool-jobs?poolId=" + place.poolId()).expect(200).json();
    assertEquals(2, all.path("total").asInt());
    for (JsonNode job : all.path("items")) {
      String id = job.path("id").asText();
      operator.post("/pool-jobs/" + id + "/stop", Map.of()).expect(200);
      awaitEnd(id);
      JsonNode ended = operator.get("/pool-jobs/" + id).expect(200).json();
      assertEquals("STOPPED", ended.path("state").asText(), ended.toString());
    }
    JsonNode again = operator.post("/pool-jobs", wanted).expect(200).json();
    operator.post("/pool-jobs/" + again.path("id").asText() + "/stop", Map.of()).expect(200);
    awaitEnd(again.path("id").asText());
  }

  private static void awaitEnd(String job) {
    long end = System.nanoTime() + 20_000_000_000L;
    String ended = null;
    while (ended == null && System.nanoTime() < end) {
      ended = Rows.text("SELECT ended_millis FROM pool_job WHERE id = ?", job);
      Thread.onSpinWait();
    }
    assertTrue(ended != null, "a stopped job did not end");
  }

  @Test
  @Tag("POOL-10")
  void plansAreKeptAndRefusedWhenTheyMakeNoSense() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    String path = "/pool-plans/" + place.poolId() + "/verify";
    assertEquals("05:00", operator.get(path).expect(200).json().path("time").asText());
    JsonNode set =
        operator
            .put(
                path,
                Map.of("weekdays", List.of(1, 7), "time", "23:30", "work", Map.of("percent", 25)))
            .expect(200)
            .json();
    assertEquals(set, operator.get(path).expect(200).json());
    assertEquals("[1,7]", set.path("weekdays").toString());
    assertEquals(25, set.path("work").path("percent").asInt());
    assertEquals(480, set.path("work").path("windowMinutes").asInt(), "what was left out stays");
    assertEquals(422, operator.put(path, Map.of("time", "25:00")).status());
    assertEquals(422, operator.put(path, Map.of("weekdays", List.of(8))).status());
    assertEquals(422, operator.put(path, Map.of("work", Map.of("percent", 0))).status());
  }

  @Test
  @Tag("POOL-09")
  void retentionIsDueExactlyWhenASuccessIsRecordedAndWaitsForItsAgent() {
    Rows.Place place = Rows.place();
    UUID kept = seal(place, policy(place, "unit=NONE\n"));
    UUID expiring = seal(place, policy(place, "unit=COUNT\nkeep=2\n"));
    assertEquals("0", due(kept));
    assertEquals("1", due(expiring));
    // Said again after a crash: not due twice, and not anew.
    Rows.update("DELETE FROM retention_due WHERE restore_point_id = ?", expiring.toString());
    Beans.get(ShortTransaction.class)
        .run(() -> Beans.get(TaskLifecycle.class).sealed(expiring, summary(place, expiring)));
    assertEquals("0", due(expiring));
  }

  @Test
  @Tag("POOL-10")
  void whatWasPromisedImmutableStaysDueWhateverBecomesOfTheJob() {
    Rows.Place place = Rows.place();
    UUID policy = policy(place, "unit=COUNT\nkeep=2\nimmutableDays=5\n");
    UUID promised = seal(place, policy);
    UUID other = seal(place, policy(place, "unit=COUNT\nkeep=2\n"));
    Rows.update("DELETE FROM backup_policy WHERE id = ?", policy.toString());
    Rows.update("UPDATE retention_due SET attempts = 1000 WHERE pool_id = ?", place.poolId());

    Beans.get(RetentionWork.class).work(new PoolId(place.poolId()));

    assertEquals("1", due(promised));
    assertEquals("1", due(other), "its agent is only away");
    assertEquals(
        "5",
        Rows.text(
            "SELECT immutable_days FROM retention_due WHERE restore_point_id = ?",
            promised.toString()));
    assertEquals(
        "2",
        Rows.text(
            "SELECT count(*) FROM retention_due WHERE attempts = 1000 AND retry_millis > due_millis"
                + " AND pool_id = ?",
            place.poolId()),
        "all of a pool that is away wait");
  }

  private static String due(UUID point) {
    return Rows.text(
        "SELECT count(*) FROM retention_due WHERE restore_point_id = ?", point.toString());
  }

  private static UUID policy(Rows.Place place, String retention) {
    UUID id = UUID.randomUUID();
    Rows.update(
        "INSERT INTO backup_policy (id, version, name, platform_id, agent_id, pool_id, plan_kind,"
            + " backup_type, options, enabled, created_millis, retention)"
            + " VALUES (?, 0, ?, ?, ?, ?, 'MANUAL', 'FULL', '', TRUE, 0, ?)",
        id.toString(),
        "policy " + id,
        place.platformId(),
        place.agentId(),
        place.poolId(),
        retention);
    return id;
  }

  private static UUID seal(Rows.Place place, UUID policy) {
    UUID task = UUID.randomUUID();
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            policy,
            "job",
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            BackupOptions.preset());
    Beans.get(ShortTransaction.class)
        .run(
            () -> {
              Beans.get(RunStarter.class)
                  .start(
                      order,
                      List.of(task),
                      List.of(new TaskTarget("vm-1", "", "web", "", "")),
                      "t");
              TaskLifecycle lifecycle = Beans.get(TaskLifecycle.class);
              lifecycle.sealed(task, summary(place, task));
              lifecycle.stopped(task);
            });
    return task;
  }

  private static RestorePointSummary summary(Rows.Place place, UUID id) {
    return RestorePointSummary.newBuilder()
        .setRestorePointId(id.toString())
        .setType(io.holdfast.agent.protocol.BackupType.FULL)
        .setCreatedEpochMillis(1_000)
        .setVm(VmDescription.newBuilder().setVmId("vm-1").setUuid("u").setName("web"))
        .setPlatformId(place.platformId())
        .setJobName("job")
        .setManifestDigest("digest")
        .build();
  }

  @Test
  @Tag("POOL-10")
  void rowsFollowThePoolAndMarksGoOnlyAfterACompleteLook() {
    Rows.Place place = Rows.place();
    PoolId pool = new PoolId(place.poolId());
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    for (UUID id : List.of(first, second)) {
      Beans.get(RestorePointRegister.class).record(summary(place, id), pool);
    }
    mark(pool, Map.of(first.toString(), 2L, second.toString(), 1L), true);
    assertEquals(2, shown(first).path("damagedPlaces").asInt());
    mark(pool, Map.of(first.toString(), 1L), false);
    assertEquals(1, shown(second).path("damagedPlaces").asInt(), "a part says nothing of others");
    mark(pool, Map.of(first.toString(), 1L), true);
    assertEquals(0, shown(second).path("damagedPlaces").asInt());
    assertEquals(1, shown(first).path("damagedPlaces").asInt());

    PointFacts facts =
        PointFacts.newBuilder()
            .setRestorePointId(first.toString())
            .setHeld(true)
            .setImmutableUntilEpochMillis(4_000_000_000_000L)
            .addKeptFor("NEWEST")
            .addKeptFor("MONTHLY")
            .build();
    Beans.get(ShortTransaction.class)
        .run(() -> Beans.get(RestorePointRepository.class).follow(facts));
    JsonNode shown = shown(first);
    assertTrue(shown.path("held").asBoolean());
    assertEquals("2096-10-02T07:06:40Z", shown.path("immutableUntil").asText());
    assertEquals("[\"NEWEST\",\"MONTHLY\"]", shown.path("keptFor").toString());
    assertEquals(1, shown.path("damagedPlaces").asInt(), "facts leave marks alone");
    Http operator = Accounts.with(Role.OPERATOR);
    assertEquals(409, operator.send("DELETE", "/restore-points/" + first, null).status());
    assertEquals(
        "1",
        Rows.text(
            "SELECT count(*) FROM audit_entry WHERE action = 'restore-point-delete'"
                + " AND succeeded = FALSE AND resource_id = ?",
            first.toString()));
  }

  private static void mark(PoolId pool, Map<String, Long> places, boolean complete) {
    Beans.get(ShortTransaction.class)
        .run(() -> Beans.get(RestorePointRepository.class).markDamage(pool, places, complete));
  }

  private static JsonNode shown(UUID point) {
    return Accounts.with(Role.AUDITOR).get("/restore-points/" + point).expect(200).json();
  }
}
