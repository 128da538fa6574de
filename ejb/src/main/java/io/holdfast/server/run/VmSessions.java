package io.holdfast.server.run;

import io.holdfast.agent.protocol.SessionsOfVm;
import io.holdfast.server.catalog.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.UUID;

/**
 * What this server knows of the backup sessions of a VM, on whatever backup host: the agent tells a
 * leftover snapshot from a backup under way by it (CAS-05, CAS-06). Thread-safe.
 */
@ApplicationScoped
@Transactional
public class VmSessions {
  private static final int MOST = 500;

  @Inject private TaskRepository tasks;

  /**
   * The sessions of a VM but one's own, under any id that it had on the platform.
   *
   * @param uuid of the VM; empty when unknown
   */
  public SessionsOfVm of(VmRef vm, String uuid, UUID own) {
    SessionsOfVm.Builder sessions = SessionsOfVm.newBuilder();
    for (VmTask task : tasks.backupsOf(vm, uuid, MOST)) {
      boolean mine = task.getId().equals(own);
      if (!mine && task.getState().isEnded()) {
        sessions.addEnded(task.getId().toString());
      } else if (!mine && task.getState() != TaskState.PENDING) {
        sessions.addLive(task.getId().toString());
      }
    }
    return sessions.build();
  }
}
