package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.run.VmOccupation;
import io.holdfast.server.security.Role;
import io.holdfast.server.snapshot.ReservedVms;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Snapshot operations and backups never work on one VM at a time, whoever was first. */
@ExtendWith(ArquillianExtension.class)
@Order(31)
@Tag("CAS-21")
class SnapshotQueueTest {
  private Rows.Place place;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(SnapshotQueueTest.class);
  }

  @BeforeEach
  void place() {
    place = Rows.place();
  }

  @AfterEach
  void clean() {
    Rows.update(
        "UPDATE snapshot_operation SET state = 'FAILED', active_key = NULL WHERE platform_id = ?",
        place.platformId());
    Rows.update("UPDATE vm_task SET state = 'STOPPED' WHERE platform_id = ?", place.platformId());
  }

  private String key() {
    return VmOccupation.key(new PlatformId(place.platformId()), "7");
  }

  private String operation(String state, String activeKey) {
    String id = UUID.randomUUID().toString();
    Rows.update(
        "INSERT INTO snapshot_operation (id, queue_order, platform_id, vm_id, vm_uuid, vm_name,"
            + " kind, snapshot_name, title, description, memory_seconds, owner_tag, state,"
            + " active_key, server_instance, attempts, retry_millis, started_by, created_millis)"
            + " VALUES (?, 1, ?, '7', 'u-7', 'vm seven', 'DELETE', 'n', '', '', 0, '', ?, ?,"
            + " 'another server', 0, 0, 'tester', 0)",
        id,
        place.platformId(),
        state,
        activeKey);
    return id;
  }

  private void task(String state) {
    String run = UUID.randomUUID().toString();
    String now = Long.toString(System.currentTimeMillis());
    Rows.update(
        "INSERT INTO backup_run (id, kind, job_id, job_name, platform_id, agent_id, pool_id,"
            + " options, state, expanded, started_by, started_millis) VALUES (?, 'BACKUP', ?, 'j',"
            + " ?, ?, ?, '', 'STOPPED', TRUE, 'tester', 0)",
        run,
        run,
        place.platformId(),
        place.agentId(),
        place.poolId());
    Rows.update(
        "INSERT INTO vm_task (id, run_id, kind, platform_id, agent_id, vm_id, vm_uuid, vm_name,"
            + " host_id, host_name, exclusive_key, queue_order, threads, state, server_instance,"
            + " release_due, accomplished, attempts, retry_millis, interrupted_millis,"
            + " started_millis) VALUES (?, ?, 'BACKUP', ?, ?, '7', '', 'vm seven', '', '', ?, 1, 2,"
            + " ?, 'another server', FALSE, FALSE, 1, 0, ?, ?)",
        UUID.randomUUID().toString(),
        run,
        place.platformId(),
        place.agentId(),
        key(),
        state,
        now,
        now);
  }

  @Test
  @Tag("CAS-18")
  void aScheduledOperationWaitsForTheBackupsEnd() {
    task("RUNNING");
    String id = operation("WAITING", null);
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
    assertEquals("WAITING", state(id));
    Rows.update("UPDATE vm_task SET state = 'DONE' WHERE platform_id = ?", place.platformId());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (state(id).equals("WAITING")) {
      assertTrue(System.nanoTime() < end, "it is never started");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static String state(String id) {
    return Rows.text("SELECT state FROM snapshot_operation WHERE id = ?", id);
  }

  @Test
  @Tag("CAS-18")
  void theQueueKnowsTheVmAsReserved() {
    operation("RUNNING", key());
    ShortTransaction transaction = Beans.get(ShortTransaction.class);
    ReservedVms reserved = Beans.get(ReservedVms.class);
    assertTrue(transaction.call(reserved::reserved).contains(key()));
  }

  @Test
  void interruptedAndUnreleasedBackupsKeepTheirVm() {
    ShortTransaction transaction = Beans.get(ShortTransaction.class);
    VmOccupation occupation = Beans.get(VmOccupation.class);
    assertEquals(false, transaction.call(() -> occupation.isAtWork(key())));
    task("INTERRUPTED");
    assertEquals(true, transaction.call(() -> occupation.isAtWork(key())));
    Rows.update(
        "UPDATE vm_task SET state = 'FAILED', release_due = TRUE WHERE platform_id = ?",
        place.platformId());
    assertEquals(true, transaction.call(() -> occupation.isAtWork(key())));
    Rows.update("UPDATE vm_task SET release_due = FALSE WHERE platform_id = ?", place.platformId());
    assertEquals(false, transaction.call(() -> occupation.isAtWork(key())));
  }

  @Test
  void schedulesAreCheckedAndHoldTheirPlatform() {
    Http operator = Accounts.with(Role.OPERATOR);
    Map<String, Object> good =
        Map.of(
            "name",
            "plan " + place.platformId(),
            "platformId",
            place.platformId(),
            "time",
            "03:15",
            "keepCount",
            32,
            "content",
            List.of(Map.of("nodeId", "VM:7", "kind", "VM", "name", "seven")));
    for (Map.Entry<String, Object> wrong :
        Map.<String, Object>of(
                "keepCount",
                33,
                "intervalHours",
                721,
                "time",
                "25:00",
                "name",
                " ",
                "content",
                List.of())
            .entrySet()) {
      Map<String, Object> changed = new HashMap<>(good);
      changed.put(wrong.getKey(), wrong.getValue());
      assertEquals(422, operator.post("/snapshot-schedules", changed).status(), wrong.toString());
    }
    String id = operator.post("/snapshot-schedules", good).expect(200).json().path("id").asText();
    assertEquals(409, operator.post("/snapshot-schedules", good).status());
    assertEquals(
        409,
        Accounts.with(Role.ADMINISTRATOR)
            .send("DELETE", "/platforms/" + place.platformId(), null)
            .status());
    assertEquals(
        "03:15",
        operator
            .send("GET", "/snapshot-schedules/" + id, null)
            .expect(200)
            .json()
            .path("settings")
            .path("time")
            .asText());
    operator.send("DELETE", "/snapshot-schedules/" + id, null).expect(204);
  }
}
