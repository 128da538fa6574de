package io.holdfast.server.history;

import io.holdfast.server.alarm.AlarmRepository;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.settings.IntegerSetting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Deletes logs, samples, acknowledged alarms and batch executions that are too old. Many small
 * transactions, so that nobody waits for its locks, and a bounded number of them; what is left
 * comes next time. A crash in between does no harm. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class HistoryPurge {
  private static final Logger LOG = System.getLogger(HistoryPurge.class.getName());
  private static final IntegerSetting DAYS = new IntegerSetting("HOLDFAST_KEEP_DAYS", 90, 1, 3650);
  private static final int MOST_TRANSACTIONS = 400;
  private static final int ROWS = 1000;
  private static final int RUNS = 50;
  private static final int INSTANCES = 100;

  @Inject private PurgeRepository rows;
  @Inject private AlarmRepository alarms;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /** Deletes what is older than this installation keeps. */
  public void purge() {
    purge(Duration.ofDays(DAYS.value()));
  }

  /** Deletes what is older than {@code age}. */
  public void purge(Duration age) {
    Instant before = clock.instant().minus(age);
    int left = MOST_TRANSACTIONS;
    int instances = 0;
    int gone;
    do {
      gone = transaction.call(() -> rows.deleteJobInstances(before, INSTANCES));
      instances += gone;
      left--;
    } while (gone == INSTANCES && left > MOST_TRANSACTIONS / 2);
    transaction.call(() -> alarms.deleteAcknowledged(before, ROWS));
    int lines = 0;
    List<String> runs = transaction.call(() -> rows.runsWithDetails(before, RUNS));
    while (!runs.isEmpty() && left > 0) {
      for (String run : runs) {
        do {
          gone = transaction.call(() -> rows.deleteDetails(run, ROWS));
          lines += gone;
          left--;
        } while (gone > 0 && left > 0);
        if (gone == 0) {
          transaction.run(() -> rows.markPurged(run));
        }
        if (left <= 0) {
          break;
        }
      }
      runs = transaction.call(() -> rows.runsWithDetails(before, RUNS));
    }
    if (instances + lines > 0) {
      LOG.log(
          Level.INFO,
          "Older than {0} days: {1} batch job instances and {2} log lines and samples deleted",
          age.toDays(),
          instances,
          lines);
    }
  }
}
