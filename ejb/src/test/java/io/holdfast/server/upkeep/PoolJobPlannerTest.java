package io.holdfast.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolFixture;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import jakarta.persistence.PersistenceException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Planned pool jobs when something goes wrong with one of them. */
@Tag("POOL-10")
class PoolJobPlannerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  private final StoragePool first = PoolFixture.pool("first");
  private final StoragePool second = PoolFixture.pool("second");
  private final Rows rows = new Rows();
  private final PoolJobPlanner planner = new PoolJobPlanner();

  @BeforeEach
  void wire() {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    PoolJobEntry entry = new PoolJobEntry();
    entry.jobs = rows;
    entry.clock = clock;
    entry.audit =
        new AuditService() {
          @Override
          public void record(AuditedAction action) {}
        };
    planner.pools = answering(PoolRepository.class, List.of(first, second));
    planner.points = answering(RestorePointRepository.class, List.of());
    planner.jobs = rows;
    planner.entry = entry;
    planner.transaction = rows.new Transaction();
    planner.clock = clock;
  }

  /** One whose lists are all the same. */
  private static <T> T answering(Class<T> type, List<?> list) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == List.class) {
                return list;
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  /** Plans that are all due at first, and jobs; what a transaction wrote goes when it fails. */
  private static final class Rows implements PoolJobRepository {
    private final Map<String, Instant> looked = new HashMap<>();
    private final List<PoolJob> jobs = new ArrayList<>();
    private Optional<PoolId> broken = Optional.empty();
    private Optional<String> locked = Optional.empty();

    private final class Transaction extends ShortTransaction {
      @Override
      public <T> T call(Supplier<T> work) {
        List<PoolJob> before = List.copyOf(jobs);
        boolean done = false;
        try {
          T result = work.get();
          locked.ifPresent(plan -> looked.put(plan, NOW));
          done = true;
          return result;
        } finally {
          locked = Optional.empty();
          if (!done) {
            jobs.clear();
            jobs.addAll(before);
          }
        }
      }

      @Override
      public void run(Runnable work) {
        call(
            () -> {
              work.run();
              return true;
            });
      }
    }

    List<PoolJobState> states(StoragePool pool) {
      return jobs.stream().filter(job -> job.pool().equals(pool.id())).map(PoolJob::state).toList();
    }

    @Override
    public void add(PoolJob job) {
      jobs.add(job);
      if (broken.filter(job.pool()::equals).isPresent()) {
        throw new PersistenceException("no space left");
      }
    }

    @Override
    public Optional<PoolJob> active(PoolId pool, PoolJobKind kind) {
      return jobs.stream()
          .filter(job -> job.pool().equals(pool) && job.kind() == kind && !job.state().isEnded())
          .findFirst();
    }

    /** Of garbage, at the time it is now. */
    @Override
    public Optional<PoolJobPlan> lockPlan(PoolId pool, PoolJobKind kind) {
      String id = PoolJobPlan.idOf(pool, kind);
      locked = Optional.of(id);
      int minute = NOW.atZone(ZoneId.systemDefault()).toLocalTime().toSecondOfDay() / 60;
      PoolJobPlan.Settings settings =
          new PoolJobPlan.Settings(
              kind == PoolJobKind.GARBAGE, Set.of(), minute, PoolJobWork.preset());
      Instant before = looked.getOrDefault(id, NOW.minusSeconds(3600));
      return Optional.of(new PoolJobPlan(pool, kind, settings, before));
    }

    @Override
    public Optional<PoolJob> find(UUID id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<PoolJob> lock(UUID id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<PoolJob> active() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Page<PoolJob> list(Optional<PoolId> pool, Optional<PoolJobKind> kind, PageRequest page) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void add(PoolJobDamage damage) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Page<PoolJobDamage> damage(UUID jobId, PageRequest page) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void add(PoolJobPlan plan) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<PoolJobPlan> plan(PoolId pool, PoolJobKind kind) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void whatGoesWrongWithOnePoolStopsNoOtherAndIsTriedAgain() {
    rows.broken = Optional.of(first.id());
    planner.tick();
    assertEquals(List.of(), rows.states(first));
    assertEquals(List.of(PoolJobState.WAITING), rows.states(second));

    rows.broken = Optional.empty();
    planner.tick();
    planner.tick();
    assertEquals(List.of(PoolJobState.WAITING), rows.states(first));
    assertEquals(List.of(PoolJobState.WAITING), rows.states(second), "its time was taken before");
  }

  @Test
  void whatIsDueWhileOneOfItsKindRunsIsLeftOutAndNoted() {
    rows.jobs.add(
        new PoolJob(first, PoolJobKind.GARBAGE, PoolJobWork.preset(), "anna", NOW.minusSeconds(9)));

    planner.tick();

    assertEquals(List.of(PoolJobState.WAITING, PoolJobState.SKIPPED), rows.states(first));
  }
}
