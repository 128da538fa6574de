package io.holdfast.server.schedule;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformWatch;
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

/** Says when it is time to look whether platforms are online (RES-06). */
@Singleton
@Startup
@DependsOn("BootReconciler")
@TransactionManagement(TransactionManagementType.BEAN)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class PlatformWatchTimer {
  @Inject private BackgroundWork background;
  @Inject private PlatformWatch platforms;

  /**
   * Time to see whose turn it is; each is asked by itself, so that one that hangs holds no other.
   */
  @Schedule(hour = "*", minute = "*", second = "7/15", persistent = false, info = "platform watch")
  public void tick() {
    background.submit("platform watch", () -> platforms.due().forEach(this::look));
  }

  private void look(PlatformId id) {
    background.submit("look at platform " + id, () -> platforms.look(id));
  }
}
