package io.holdfast.server.agent.transport;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import java.util.function.Supplier;

/** How every call of an agent is answered: result, or error with its trailer. */
final class Answers {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());

  private Answers() {}

  /** The edge to gRPC: whatever fails becomes an error trailer. */
  static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    T result;
    try {
      result = work.get();
    } catch (BackupException refused) {
      observer.onError(ErrorTrailer.toStatus(refused));
      return;
    } catch (RuntimeException defect) {
      LOG.log(System.Logger.Level.ERROR, "A call of an agent failed", defect);
      observer.onError(ErrorTrailer.toStatus(defect));
      return;
    }
    observer.onNext(result);
    observer.onCompleted();
  }
}
