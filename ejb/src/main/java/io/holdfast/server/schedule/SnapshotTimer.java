package io.holdfast.server.schedule;

import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.snapshot.SnapshotPlanner;
import io.holdfast.server.snapshot.SnapshotRunner;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Says when it is time for snapshot operations and schedules; what is due is in the tables. */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class SnapshotTimer {
  @Inject private BackgroundWork background;
  @Inject private SnapshotRunner runner;
  @Inject private SnapshotPlanner planner;

  /** Time for operations. */
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = "snapshots")
  public void advance() {
    background.submit("snapshot operations", runner::tick);
  }

  /** Time for schedules. */
  @Schedule(hour = "*", minute = "*", second = "9/10", persistent = false, info = "snapshot plans")
  public void plan() {
    background.submit("snapshot plans", planner::tick);
  }
}
