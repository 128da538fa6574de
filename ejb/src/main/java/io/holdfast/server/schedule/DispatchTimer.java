package io.holdfast.server.schedule;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.run.Dispatcher;
import io.holdfast.server.run.LeftoverSweep;
import jakarta.annotation.PostConstruct;
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
 * Wakes the dispatcher every two seconds and after every change of the queue. It holds no
 * transaction and waits for nothing, so ticks never pile up; the queue itself is in the database.
 */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class DispatchTimer {
  @Inject private BackgroundWork background;
  @Inject private Dispatcher dispatcher;
  @Inject private LeftoverSweep leftovers;

  @PostConstruct
  void open() {
    dispatcher.open();
  }

  /** Time for the dispatcher. */
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = "dispatch")
  public void tick() {
    background.submit("dispatch", dispatcher::dispatch);
  }

  /** Time to look for snapshots that nobody needs any more. */
  @Schedule(hour = "*", minute = "*", second = "*/15", persistent = false, info = "leftovers")
  public void sweep() {
    background.submit("sweep", this::sweepDue);
  }

  private void sweepDue() {
    for (PlatformId platform : leftovers.due()) {
      leftovers.sweep(platform);
    }
  }
}
