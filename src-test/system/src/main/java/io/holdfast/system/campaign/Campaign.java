package io.holdfast.system.campaign;

import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Draws groups of VMs from a seed and carries them out, two simulators of different releases at a
 * time. What {@link #run} answers is complete: every case that was begun is in it. One thread uses
 * it.
 */
public final class Campaign {
  private static final List<String> RELEASES =
      List.of("E0785P03", "E0710", "E0760", "E0782P02", "E0730", "E0781P02", "E0780");
  private static final int VMS_IN_GROUP = 8;
  private static final int AT_A_TIME = 3;

  private final Path root;
  private final Path folder;
  private final Operator operator;
  private final String agentId;
  private final String poolId;
  private final Consumer<String> said;

  /**
   * @param root the checkout
   * @param folder for the simulators' disks and logs; need not exist
   * @param operator of a server with an agent
   * @param place its backup host and pool; the platform is not used
   * @param said hears what is going on, from several threads
   */
  public Campaign(
      Path root, Path folder, Operator operator, Operator.Place place, Consumer<String> said) {
    this.root = root;
    this.folder = folder;
    this.operator = operator;
    this.agentId = place.agentId();
    this.poolId = place.poolId();
    this.said = said;
  }

  /** What came of it; a case is one backup of one VM. */
  public record Result(
      long seed, int cases, int sealed, int refused, int restored, List<String> failures) {
    private Result plus(Result other) {
      List<String> all = new ArrayList<>(failures);
      all.addAll(other.failures);
      return new Result(
          seed,
          cases + other.cases,
          sealed + other.sealed,
          refused + other.refused,
          restored + other.restored,
          all);
    }
  }

  /** Carries out at least so many cases. */
  public Result run(long seed, int cases) throws InterruptedException {
    int groups = (cases + 2 * VMS_IN_GROUP - 1) / (2 * VMS_IN_GROUP);
    Random random = new Random(seed);
    long[] seeds = random.longs(groups).toArray();
    List<List<GroupPlan>> byRelease =
        IntStream.range(0, Math.min(groups, RELEASES.size()))
            .mapToObj(
                release ->
                    IntStream.iterate(release, i -> i < groups, i -> i + RELEASES.size())
                        .mapToObj(i -> plan(i, seeds[i], release))
                        .toList())
            .toList();
    ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Callable<Result>> all = new ArrayList<>();
      byRelease.forEach(plans -> all.add(() -> carryOut(seed, plans)));
      Result result = new Result(seed, 0, 0, 0, 0, List.of());
      for (Future<Result> each : workers.invokeAll(all)) {
        result = result.plus(ended(seed, each));
      }
      return result;
    } finally {
      workers.shutdownNow();
    }
  }

  private static GroupPlan plan(int index, long seed, int release) {
    return GroupPlan.drawn(index + 1, seed, RELEASES.get(release), VMS_IN_GROUP);
  }

  private static Result ended(long seed, Future<Result> each) throws InterruptedException {
    try {
      return each.get();
    } catch (ExecutionException broken) {
      return new Result(seed, 0, 0, 0, 0, List.of(broken.getCause().toString()));
    }
  }

  /** All groups of one release, in a simulator of their own. */
  private Result carryOut(long seed, List<GroupPlan> plans)
      throws IOException, InterruptedException {
    String release = plans.get(0).release();
    int place = RELEASES.indexOf(release) + 1;
    String addresses = "127.62." + place + ".1,127.62." + place + ".2";
    Result result = new Result(seed, 0, 0, 0, 0, List.of());
    try (SimulatorProcess simulator =
        SimulatorProcess.start(
            root, folder.resolve(release), addresses, "--seed", "hosts", "--release", release)) {
      String platform =
          operator.addCas("campaign " + release + " " + seed, simulator.cas().cvmPort(), agentId);
      Operator.Place where = new Operator.Place(platform, agentId, poolId);
      for (GroupPlan plan : plans) {
        CampaignGroup group = new CampaignGroup(plan, simulator.cas(), operator, where);
        group.carryOut();
        said.accept(plan + ": " + group.sealed() + " sealed, " + group.refused() + " refused");
        result =
            result.plus(
                new Result(
                    seed,
                    group.sealed() + group.refused(),
                    group.sealed(),
                    group.refused(),
                    group.restored(),
                    group.failures()));
      }
    }
    return result;
  }
}
