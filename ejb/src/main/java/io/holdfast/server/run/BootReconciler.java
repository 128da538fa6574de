package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Finds at boot what this server was doing when it ended, whatever the batch engine's repository
 * says: our own table decides. Such tasks become INTERRUPTED, and the dispatcher goes on with them
 * from their recorded positions as soon as their agent is online (JOB-09).
 */
@Singleton
@Startup
@DependsOn("DatabaseMigration")
@TransactionManagement(TransactionManagementType.BEAN)
public class BootReconciler {
  private static final Logger LOG = System.getLogger(BootReconciler.class.getName());

  @Inject private TaskQueue queue;
  @Inject private TaskLifecycle lifecycle;

  @PostConstruct
  void reconcile() {
    for (VmTask task : queue.executingHere()) {
      LOG.log(
          Level.INFO,
          "VM task {0} ({1}) was {2} when the server ended",
          task.getId(),
          task.getVmName(),
          task.getState());
      if (task.getState() == TaskState.STOPPING) {
        lifecycle.stopped(task.getId());
      } else {
        lifecycle.interrupted(
            task.getId(),
            BackupException.of(ErrorCode.INTERRUPTED, "what", "VM " + task.getVmName()));
      }
    }
  }
}
