package io.holdfast.server.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.pool.PoolFixture;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.run.RestorePointSealed;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Retention in several pools at once. */
@Tag("POOL-09")
class RetentionWorkTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  private final StoragePool slow = PoolFixture.pool("slow");
  private final StoragePool quick = PoolFixture.pool("quick");
  private final Due due = new Due();
  private final SlowAgent question = new SlowAgent();
  private final RetentionWork work = new RetentionWork();

  @BeforeEach
  void wire() {
    work.due = due;
    work.question = question;
    work.policies = finding(PolicyRepository.class, Optional.empty());
    work.pools = finding(PoolRepository.class, Optional.of(slow));
    work.transaction =
        new ShortTransaction() {
          @Override
          public <T> T call(Supplier<T> statements) {
            return statements.get();
          }

          @Override
          public void run(Runnable statements) {
            statements.run();
          }
        };
    work.clock = Clock.fixed(NOW, ZoneOffset.UTC);
    due.add(row(slow));
    due.add(row(quick));
  }

  private static <T> T finding(Class<T> type, Optional<?> found) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> found));
  }

  private static RetentionDue row(StoragePool pool) {
    RestorePointSealed sealed =
        new RestorePointSealed(
            UUID.randomUUID(), UUID.randomUUID(), pool.id(), new VmRef("platform", "vm"));
    return new RetentionDue(sealed, 5, NOW);
  }

  /** One pool's agent takes its time. */
  private final class SlowAgent extends RetentionQuestion {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @Override
    public RetentionReport apply(Subject subject, Retention retention, UUID newPoint) {
      if (subject.pool().equals(slow.id())) {
        asked.countDown();
        try {
          answer.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
          Thread.currentThread().interrupt();
        }
      }
      return RetentionReport.getDefaultInstance();
    }
  }

  private static final class Due implements RetentionDueRepository {
    private final List<RetentionDue> rows = new ArrayList<>();

    @Override
    public synchronized void add(RetentionDue row) {
      rows.add(row);
    }

    @Override
    public synchronized Optional<RetentionDue> find(UUID restorePointId) {
      return rows.stream().filter(row -> row.restorePointId().equals(restorePointId)).findFirst();
    }

    @Override
    public synchronized void remove(RetentionDue row) {
      rows.remove(row);
    }

    @Override
    public synchronized List<PoolId> duePools(Instant now) {
      return rows.stream().map(RetentionDue::pool).distinct().toList();
    }

    @Override
    public List<RetentionDue> due(PoolId pool, Instant now, int limit) {
      return inPool(pool, limit);
    }

    @Override
    public void putOff(PoolId pool, Instant until) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized List<RetentionDue> inPool(PoolId pool, int limit) {
      return rows.stream().filter(row -> row.pool().equals(pool)).limit(limit).toList();
    }
  }

  @Test
  void aPoolWhoseAgentIsSlowKeepsNoOtherWaitingAndIsNotWaitedFor() throws Exception {
    CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> work.work(slow.id()));
    assertTrue(question.asked.await(10, TimeUnit.SECONDS));

    assertTrue(
        CompletableFuture.supplyAsync(() -> work.work(quick.id())).get(10, TimeUnit.SECONDS));
    assertEquals(List.of(), due.inPool(quick.id(), 9));
    assertFalse(
        CompletableFuture.supplyAsync(() -> work.work(slow.id())).get(10, TimeUnit.SECONDS));
    assertEquals(1, due.inPool(slow.id(), 9).size());

    question.answer.countDown();
    assertTrue(first.get(10, TimeUnit.SECONDS));
    assertEquals(List.of(), due.inPool(slow.id(), 9));
  }
}
