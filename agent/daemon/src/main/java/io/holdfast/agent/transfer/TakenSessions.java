package io.holdfast.agent.transfer;

import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Who uses which session of an open pool. The pool gives one session to all who open it: whoever
 * took it up last closes it, so that a connection that is found to be dead late does not close what
 * has gone on over another meanwhile. Thread-safe.
 */
final class TakenSessions {
  private final Pool pool;
  private final Map<UUID, Object> takers = new HashMap<>();

  TakenSessions(Pool pool) {
    this.pool = pool;
  }

  /** Before the session is begun or opened again. */
  void takeUp(UUID sessionId, Object by) {
    synchronized (takers) {
      takers.put(sessionId, by);
    }
  }

  /** Closes those that nobody else has taken up since; one that is being sealed, after that. */
  void close(Object by) {
    List<BackupSession> closing = new ArrayList<>();
    synchronized (takers) {
      for (UUID id : List.copyOf(takers.keySet())) {
        if (takers.remove(id, by)) {
          pool.retireSession(id).ifPresent(closing::add);
        }
      }
    }
    closing.forEach(BackupSession::close);
  }
}
