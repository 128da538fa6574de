package io.holdfast.server.schedule;

import io.holdfast.server.retention.CatalogSync;
import io.holdfast.server.retention.RetentionWork;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.upkeep.PoolJobPlanner;
import io.holdfast.server.upkeep.PoolJobRunner;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/**
 * Says when it is time for what keeps pools in order. It holds no transaction and waits for
 * nothing, so ticks never pile up; what is to be done stands in the database.
 */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class UpkeepTimer {
  @Inject private BackgroundWork background;
  @Inject private RetentionWork retention;
  @Inject private CatalogSync catalog;
  @Inject private PoolJobRunner runner;
  @Inject private PoolJobPlanner planner;

  /** Time to look at pool jobs under way. */
  @Schedule(hour = "*", minute = "*", second = "1/2", persistent = false, info = "pool jobs")
  public void advance() {
    background.submit("pool jobs", runner::tick);
  }

  /** Time to apply retention where backups have succeeded. */
  @Schedule(hour = "*", minute = "*", second = "3/5", persistent = false, info = "retention")
  public void retain() {
    background.submit("retention", retention::tick);
  }

  /** Time for planned pool jobs. */
  @Schedule(hour = "*", minute = "*", second = "7/20", persistent = false, info = "pool plans")
  public void plan() {
    background.submit("pool plans", planner::tick);
  }

  /** Time to see whether the catalog still says what the pools say. */
  @Schedule(hour = "*", minute = "*", second = "12/30", persistent = false, info = "catalog")
  public void follow() {
    background.submit("catalog", catalog::work);
  }
}
