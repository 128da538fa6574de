package io.holdfast.server.schedule;

import io.holdfast.server.pool.PoolWatch;
import io.holdfast.server.run.BackgroundWork;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Says every ten minutes that it is time to look at the pools. */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class PoolWatchTimer {
  @Inject private BackgroundWork background;
  @Inject private PoolWatch pools;

  /** Time to look; not on the minutes of the other timers. */
  @Schedule(hour = "*", minute = "4/10", second = "34", persistent = false, info = "pool watch")
  public void tick() {
    background.submit("pool watch", pools::look);
  }
}
