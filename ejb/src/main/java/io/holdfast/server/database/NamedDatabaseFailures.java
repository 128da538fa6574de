package io.holdfast.server.database;

import io.holdfast.error.BackupException;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transactional;
import java.util.Optional;

/**
 * Stands around every transaction of a CDI bean, commit included, so that a full database disk is
 * one clear sentence wherever it is met.
 */
@Interceptor
@Transactional
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class NamedDatabaseFailures {

  /** The transaction is over when this sees its failure. */
  @AroundInvoke
  public Object call(InvocationContext context) throws Exception {
    try {
      return context.proceed();
    } catch (BackupException known) {
      throw known;
    } catch (RuntimeException | RollbackException | HeuristicMixedException failure) {
      // Heuristic: the connection broke in the commit, so the transaction manager cannot know.
      Optional<BackupException> named = DatabaseFailure.named(failure);
      if (named.isPresent()) {
        throw named.get();
      }
      throw failure;
    }
  }
}
