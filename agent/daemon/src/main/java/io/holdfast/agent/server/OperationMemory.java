package io.holdfast.agent.server;

import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Operations by the id the caller gave them, so that one whose answer was lost is not done again: a
 * repeated call joins what is under way or gets the answer that was given. Remembers the latest
 * {@value #MOST} and forgets all with the process. Thread-safe.
 */
final class OperationMemory {
  private static final int MOST = 1000;

  private final Map<String, CompletableFuture<Message>> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Message>> eldest) {
          return size() > MOST && eldest.getValue().isDone();
        }
      };

  /**
   * The answer of an operation: of the one that is under way or has succeeded, else of {@code work}
   * done now. One that failed is forgotten.
   */
  <T extends Message> T answer(String id, Class<T> type, Supplier<T> work) {
    CompletableFuture<Message> mine = new CompletableFuture<>();
    CompletableFuture<Message> first;
    synchronized (known) {
      first = known.putIfAbsent(id, mine);
    }
    if (first != null) {
      return type.cast(joined(first));
    }
    try {
      T answer = work.get();
      mine.complete(answer);
      return answer;
    } catch (RuntimeException | Error failure) {
      mine.completeExceptionally(failure);
      synchronized (known) {
        known.remove(id);
      }
      throw failure;
    }
  }

  private static Message joined(CompletableFuture<Message> first) {
    try {
      return first.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof RuntimeException known ? known : failure;
    }
  }

  /** Whether an operation is under way or has succeeded here. */
  boolean knows(String id) {
    synchronized (known) {
      return known.containsKey(id);
    }
  }
}
