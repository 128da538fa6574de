package io.holdfast.agent.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for work on another thread. */
public final class Joined {
  private Joined() {}

  /** The result; what the work threw is thrown as it was. */
  public static <T> T result(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException known) {
        throw known;
      }
      if (failed.getCause() instanceof Error known) {
        throw known;
      }
      throw failed;
    }
  }

  /** Waits until the work has ended, however it ends. */
  public static void end(CompletableFuture<?> work) {
    work.handle((result, failure) -> null).join();
  }
}
