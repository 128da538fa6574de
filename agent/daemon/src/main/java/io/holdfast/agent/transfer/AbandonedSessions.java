package io.holdfast.agent.transfer;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.error.BackupException;
import io.holdfast.pool.store.Pool;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backup sessions that were given up while their pool was not there, in the agent's state folder:
 * what they wrote is deleted when the pool is opened next. Without it an unmounted pool would keep
 * them as garbage for ever. Thread-safe; a file is gone only after the pool's session is.
 */
public final class AbandonedSessions {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedSessions.class);
  private static final String FOLDER = "abandoned";

  private final StateFolder state;

  public AbandonedSessions(StateFolder state) {
    this.state = state;
  }

  /** Remembers a session; durable when this returns, repeating it does no harm. */
  void remember(UUID poolId, UUID sessionId) {
    state.write(file(sessionId), poolId.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Abandons in a pool what was remembered for it. What fails is tried at the next opening. */
  void settle(Pool pool) {
    try {
      for (String name : state.list(FOLDER)) {
        Ids.find(name).filter(id -> isOf(pool, id)).ifPresent(id -> abandon(pool, id));
      }
    } catch (BackupException failed) {
      LOG.warn("Sessions that were given up stay in the pool: {}", failed.getMessage());
    }
  }

  private boolean isOf(Pool pool, UUID sessionId) {
    Optional<String> poolId =
        state.read(file(sessionId)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    return poolId.filter(pool.settings().poolId().toString()::equals).isPresent();
  }

  private void abandon(Pool pool, UUID sessionId) {
    pool.abandonSession(sessionId);
    state.delete(file(sessionId));
    LOG.info("Session {} was given up while its pool was away; it is deleted now", sessionId);
  }

  private static String file(UUID sessionId) {
    return FOLDER + "/" + sessionId;
  }
}
