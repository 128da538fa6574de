package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.DispatchLimits;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.RunStopper;
import io.holdfast.server.run.TaskQueue;
import io.holdfast.server.run.TaskRepository;
import io.holdfast.server.run.TaskTarget;
import io.holdfast.server.run.VmTask;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Rows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/**
 * The claim of VM tasks by several claimers at once, as several servers on one database would. The
 * server's own dispatcher is kept busy meanwhile: it takes one piece of work of a name at a time.
 */
@ExtendWith(ArquillianExtension.class)
@Order(7)
class QueueTest {
  private static final DispatchLimits LIMITS = new DispatchLimits(8, 4, 96);
  private static final String DISPATCH = "dispatch";

  private CountDownLatch over;
  private ExecutorService threads;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(QueueTest.class);
  }

  @BeforeEach
  void holdTheDispatcher() {
    over = new CountDownLatch(1);
    threads = Executors.newFixedThreadPool(4);
    BackgroundWork background = Beans.get(BackgroundWork.class);
    CountDownLatch wait = over;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!background.submit(DISPATCH, () -> await(wait))) {
      assertTrue(System.nanoTime() < deadline, "the dispatcher never pauses");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @AfterEach
  void letItGo() {
    Rows.update(
        "UPDATE vm_task SET state = 'STOPPED' WHERE state IN ('PENDING', 'PREPARING', 'STOPPING')");
    Rows.update(
        "UPDATE backup_run SET state = 'STOPPED' WHERE state IN ('PENDING', 'RUNNING',"
            + " 'STOPPING')");
    over.countDown();
    threads.shutdownNow();
  }

  @Test
  @Tag("JOB-02")
  void workThatIsWantedWhileItIsUnderWayIsDoneOnceMore() throws Exception {
    BackgroundWork background = Beans.get(BackgroundWork.class);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch twice = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    Runnable work =
        () -> {
          begun.countDown();
          await(end);
          twice.countDown();
        };
    assertTrue(background.submit("wanted again", work));
    assertTrue(begun.await(10, TimeUnit.SECONDS));
    background.submitOrRepeat("wanted again", work);
    end.countDown();
    assertTrue(twice.await(10, TimeUnit.SECONDS), "a change meanwhile waits for the next tick");
  }

  @Test
  @Tag("OPT-03")
  void claimersAtTheSameTimeNeverTakeTheSameTaskAndKeepTheJobsLimit() throws Exception {
    BackupRun run = queue(3, 10, hosts(12, 12));
    List<TaskQueue.Claim> claims = claimByFourAtOnce(5);
    assertDistinct(claims);
    assertEquals(3, claims.size(), "parallelVms of the job");
    assertEquals("3", inState(run, "PREPARING"));
    assertEquals("9", inState(run, "PENDING"));
    assertEquals(
        "1",
        Rows.text("SELECT max(attempts) FROM vm_task WHERE run_id = ?", run.getId().toString()));

    Rows.update(
        "UPDATE vm_task SET state = 'DONE' WHERE id = ?", claims.get(0).taskId().toString());
    List<TaskQueue.Claim> next = claimByFourAtOnce(3);
    assertEquals(1, next.size(), "one place has become free");
    claims.addAll(next);
    assertDistinct(claims);
  }

  @Test
  @Tag("OPT-04")
  void noHostGetsMoreThanItsPart() throws Exception {
    BackupRun run = queue(32, 2, hosts(12, 3));
    assertDistinct(claimByFourAtOnce(5));
    for (int host = 0; host < 3; host++) {
      assertEquals(
          "2",
          Rows.text(
              "SELECT count(*) FROM vm_task WHERE run_id = ? AND state = 'PREPARING'"
                  + " AND host_id = ?",
              run.getId().toString(),
              "host-" + host));
    }
  }

  @Test
  @Tag("AGT-08")
  void twoRunsTogetherKeepTheBackupHostsLimit() throws Exception {
    Rows.Place place = Rows.place();
    BackupRun first = queue(place, 32, 10, hosts(7, 7));
    BackupRun second = queue(place, 32, 10, hosts(7, 7));
    List<TaskQueue.Claim> claims = claimByFourAtOnce(5);
    assertDistinct(claims);
    assertEquals(8, claims.size(), "tasksPerAgent");
    assertEquals("7", inState(first, "PREPARING"), "the older run first");
    assertEquals("1", inState(second, "PREPARING"));
  }

  @Test
  @Tag("CAS-24")
  void aSecondBackupHostOnAHypervisorHostIsDoneAndSaid() {
    TaskQueue queue = Beans.get(TaskQueue.class);
    Rows.Place one = Rows.place();
    BackupRun first = queue(one, 32, 10, hosts(1, 1));
    assertEquals(1, queue.claim(LIMITS).size());
    Rows.Place other = Rows.place();
    BackupRun second =
        queue(
            new Rows.Place(other.agentId(), one.platformId(), one.poolId()),
            32,
            10,
            List.of(new TaskTarget("another", "", "another", "host-0", "host-0")));
    assertEquals(1, queue.claim(LIMITS).size());
    assertEquals("0", warnings(first));
    assertEquals("1", warnings(second));
  }

  private static String warnings(BackupRun run) {
    return Rows.text(
        "SELECT count(*) FROM run_log WHERE run_id = ? AND code = 'HOST_OF_TWO_BACKUP_HOSTS'",
        run.getId().toString());
  }

  @Test
  @Tag("OPT-03")
  void rowsThatSomebodyHoldsArePassedOverWithoutWaiting() throws Exception {
    BackupRun run = queue(2, 10, hosts(4, 4));
    TaskRepository tasks = Beans.get(TaskRepository.class);
    ShortTransaction transaction = Beans.get(ShortTransaction.class);
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch seen = new CountDownLatch(1);
    Future<Set<UUID>> holder =
        threads.submit(
            () ->
                transaction.call(
                    () -> {
                      Set<UUID> held = ids(tasks.lockWaiting(2), run);
                      assertTrue(tasks.takeDispatchToken(), "the token was free");
                      locked.countDown();
                      await(seen);
                      return held;
                    }));
    assertTrue(locked.await(20, TimeUnit.SECONDS), "locked");
    try {
      long before = System.nanoTime();
      Set<UUID> others = transaction.call(() -> ids(tasks.lockWaiting(500), run));
      assertTrue(others.size() <= 2, "at most the other half: " + others);
      assertFalse(transaction.call(tasks::takeDispatchToken), "one claimer at a time");
      assertEquals(List.of(), Beans.get(TaskQueue.class).claim(LIMITS));
      long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
      assertTrue(waited < 3_000, "nobody waits for a lock: " + waited + " ms");
      seen.countDown();
      others.retainAll(holder.get(20, TimeUnit.SECONDS));
      assertEquals(Set.of(), others);
    } finally {
      seen.countDown();
    }
  }

  @Test
  @Tag("JOB-02")
  void stopsAndClaimsAtTheSameTimeNeverWaitForEachOtherInACircle() throws Exception {
    for (int round = 0; round < 5; round++) {
      List<BackupRun> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(queue(8, 10, hosts(6, 6)));
      }
      TaskQueue queue = Beans.get(TaskQueue.class);
      RunStopper stopper = Beans.get(RunStopper.class);
      CyclicBarrier together = new CyclicBarrier(4);
      List<Callable<Void>> work = new ArrayList<>();
      for (int half = 0; half < 2; half++) {
        List<BackupRun> mine = runs.subList(2 * half, 2 * half + 2);
        work.add(
            () -> {
              together.await(20, TimeUnit.SECONDS);
              mine.forEach(run -> stopper.stop(run.getId(), "tester"));
              return null;
            });
        work.add(
            () -> {
              together.await(20, TimeUnit.SECONDS);
              for (int i = 0; i < 5; i++) {
                queue.claim(LIMITS);
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get(); // a deadlock that the database breaks would be an error here
      }
      for (BackupRun run : runs) {
        assertEquals("0", inState(run, "PENDING"));
        assertEquals("0", inState(run, "PREPARING"), "claimed after its stop, or stopped over");
      }
    }
  }

  /** Every claimer asks so often, all at once; what they got together. */
  private List<TaskQueue.Claim> claimByFourAtOnce(int times) throws Exception {
    TaskQueue queue = Beans.get(TaskQueue.class);
    CyclicBarrier together = new CyclicBarrier(4);
    Callable<List<TaskQueue.Claim>> claimer =
        () -> {
          List<TaskQueue.Claim> mine = new ArrayList<>();
          for (int i = 0; i < times; i++) {
            together.await(20, TimeUnit.SECONDS);
            mine.addAll(queue.claim(LIMITS));
          }
          return mine;
        };
    List<TaskQueue.Claim> all = new ArrayList<>();
    for (Future<List<TaskQueue.Claim>> future :
        threads.invokeAll(List.of(claimer, claimer, claimer, claimer))) {
      all.addAll(future.get());
    }
    return all;
  }

  private static void assertDistinct(List<TaskQueue.Claim> claims) {
    Set<UUID> ids = new HashSet<>();
    claims.forEach(claim -> assertTrue(ids.add(claim.taskId()), "taken twice: " + claim));
  }

  private static Set<UUID> ids(List<VmTask> tasks, BackupRun run) {
    Set<UUID> ids = new HashSet<>();
    tasks.stream()
        .filter(task -> task.getRunId().equals(run.getId()))
        .forEach(task -> ids.add(task.getId()));
    return ids;
  }

  private static String inState(BackupRun run, String state) {
    return Rows.text(
        "SELECT count(*) FROM vm_task WHERE run_id = ? AND state = ?",
        run.getId().toString(),
        state);
  }

  private static BackupRun queue(int parallelVms, int vmsPerHost, List<TaskTarget> targets) {
    return queue(Rows.place(), parallelVms, vmsPerHost, targets);
  }

  private static BackupRun queue(
      Rows.Place place, int parallelVms, int vmsPerHost, List<TaskTarget> targets) {
    BackupOptions preset = BackupOptions.preset();
    BackupOptions options =
        new BackupOptions(
            preset.compression(),
            preset.compressionLevel(),
            new Parallelism(parallelVms, vmsPerHost, 1, 1),
            preset.reading(),
            preset.dataPlane(),
            preset.reconnectMinutes(),
            preset.limits(),
            preset.poolLink(),
            preset.handling());
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            UUID.randomUUID(),
            "queue test",
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            options);
    List<UUID> ids = targets.stream().map(target -> UUID.randomUUID()).toList();
    return Beans.get(RunStarter.class).start(order, ids, targets, "tester");
  }

  /** So many VMs, spread over so many hosts. */
  private static List<TaskTarget> hosts(int vms, int hosts) {
    List<TaskTarget> targets = new ArrayList<>();
    for (int i = 0; i < vms; i++) {
      String host = "host-" + i % hosts;
      targets.add(new TaskTarget("vm-" + UUID.randomUUID(), "", "虚拟机 " + i, host, "Host " + host));
    }
    return targets;
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody came");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
