package io.holdfast.server.run;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;

/**
 * Wakes the dispatcher after every change of the queue, so that nobody waits for the next tick. No
 * start-up bean: one that is still being made would wait for itself when a reconciler changes the
 * queue.
 */
@ApplicationScoped
public class QueueWatch {
  @Inject private BackgroundWork background;
  @Inject private Dispatcher dispatcher;

  void changed(@Observes(during = TransactionPhase.AFTER_SUCCESS) QueueChanged event) {
    background.submitOrRepeat("dispatch", dispatcher::dispatch);
  }
}
