package io.holdfast.server.schedule;

import io.holdfast.server.history.HistoryPurge;
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

/** Says every hour that it is time to delete what is too old. */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class PurgeTimer {
  @Inject private BackgroundWork background;
  @Inject private HistoryPurge history;

  /** Time to delete; a quiet minute for clocks that all strike the hour. */
  @Schedule(hour = "*", minute = "23", second = "40", persistent = false, info = "purge")
  public void tick() {
    background.submit("purge", history::purge);
  }
}
