package io.holdfast.agent.upkeep;

import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep jobs of this agent (POOL-10): {@value #AT_ONCE} at once, of each pool one of a kind.
 * They go on when the server goes away; it asks for them by id afterwards. The last {@value
 * #REMEMBERED} that ended are remembered in memory; of a crash only the pool remembers what was
 * done, and the same start goes on there. Thread-safe.
 */
public final class UpkeepJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UpkeepJobs.class);
  private static final int AT_ONCE = 4;
  private static final int REMEMBERED = 64;
  private static final int CLOSE_SECONDS = 20;

  private final OpenPools pools;
  private final Map<String, UpkeepJob> jobs = new LinkedHashMap<>();
  private final ThreadPoolExecutor threads;

  public UpkeepJobs(OpenPools pools) {
    this.pools = pools;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "holdfast-upkeep-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a job, or tells of the one of that id.
   *
   * @throws BackupException INVALID_VALUE, VALUE_OUT_OF_RANGE; POOL_JOB_RUNNING while another of
   *     that kind runs in the pool; AGENT_BUSY
   */
  public synchronized UpkeepStatus start(StartUpkeepRequest request) {
    String id = Ids.parse("job_id", request.getJobId()).toString();
    UpkeepJob known = jobs.get(id);
    if (known != null) {
      return known.status();
    }
    check(request);
    if (jobs.values().stream().anyMatch(job -> job.excludes(request))) {
      throw BackupException.of(ErrorCode.POOL_JOB_RUNNING, "pool", request.getPool().getFolder());
    }
    UpkeepJob job = new UpkeepJob(request);
    try {
      threads.execute(() -> job.run(pools));
    } catch (RejectedExecutionException full) {
      throw BackupException.causedBy(full, ErrorCode.AGENT_BUSY);
    }
    jobs.put(id, job);
    forgetOldest();
    return job.status();
  }

  private static void check(StartUpkeepRequest request) {
    switch (request.getWorkCase()) {
      case COLLECT -> UpkeepJob.settings(request.getCollect());
      case VERIFY -> UpkeepJob.selection(request.getVerify());
      case WORK_NOT_SET -> throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "work");
    }
  }

  private void forgetOldest() {
    List<String> ended = new ArrayList<>();
    jobs.forEach(
        (id, job) -> {
          if (!job.isRunning()) {
            ended.add(id);
          }
        });
    for (int i = 0; i < ended.size() - REMEMBERED; i++) {
      jobs.remove(ended.get(i));
    }
  }

  /**
   * How far a job has come.
   *
   * @throws BackupException NOT_FOUND
   */
  public UpkeepStatus describe(String jobId) {
    return find(jobId).status();
  }

  /**
   * Asks a job to end soon.
   *
   * @throws BackupException NOT_FOUND
   */
  public UpkeepStatus stop(String jobId) {
    UpkeepJob job = find(jobId);
    job.stop();
    return job.status();
  }

  private synchronized UpkeepJob find(String jobId) {
    UpkeepJob job = jobs.get(jobId);
    if (job == null) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "upkeep job", "id", jobId);
    }
    return job;
  }

  /** Asks all to end and waits some seconds: each comes to a point it can go on from. */
  @Override
  public void close() {
    synchronized (this) {
      jobs.values().forEach(UpkeepJob::stop);
    }
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{} upkeep jobs are still running at the end", threads.getActiveCount());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
