package io.holdfast.batch.transfer;

import io.holdfast.server.run.SessionRelease;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/**
 * Gives back what an accomplished task holds. A release that does not work is logged and tried
 * again by the dispatcher; it does not undo what is done.
 */
@Dependent
@Named("releaseBatchlet")
public class ReleaseBatchlet extends TaskBatchlet {
  @Inject private SessionRelease release;

  @Override
  protected String perform(Facts now) {
    if (now.task().isAccomplished()) {
      release.release(now.task().getId());
    }
    return NEXT;
  }
}
