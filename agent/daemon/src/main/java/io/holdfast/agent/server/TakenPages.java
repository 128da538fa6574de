package io.holdfast.agent.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gives messages to a peer no faster than it takes them, so that a slow one does not have them pile
 * up in memory. Made while the call begins; used by one thread.
 */
final class TakenPages<T> implements Consumer<T> {
  /** How long a peer may take nothing at all. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerCallStreamObserver<T> peer;
  private final Duration patience;

  TakenPages(ServerCallStreamObserver<T> peer, Duration patience) {
    this.peer = peer;
    this.patience = patience;
    peer.setOnReadyHandler(this::changed);
    peer.setOnCancelHandler(this::changed);
  }

  private synchronized void changed() {
    notifyAll();
  }

  /**
   * Waits until there is room, then gives the message out.
   *
   * @throws BackupException INTERRUPTED when nobody takes it
   */
  @Override
  public void accept(T message) {
    awaitRoom();
    peer.onNext(message);
  }

  private synchronized void awaitRoom() {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!peer.isReady()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (peer.isCancelled() || left <= 0) {
          throw BackupException.of(ErrorCode.INTERRUPTED, "what", "a list that nobody takes");
        }
        wait(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "a list");
    }
  }
}
