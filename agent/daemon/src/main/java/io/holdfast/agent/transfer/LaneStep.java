package io.holdfast.agent.transfer;

/**
 * A piece of work in a {@link Lane}, done in two halves so that one step's input or output can run
 * in the background while its neighbour is worked on.
 */
public interface LaneStep {

  /**
   * The first half: takes memory, starts reads or writes.
   *
   * @param mayWait whether to wait for memory; true for a step that has no begun step before it
   * @return false when there is no memory now and {@code mayWait} is false; begun again later
   */
  boolean begin(boolean mayWait);

  /** The second half: waits for what was started and answers. */
  void finish();

  /** Answers with a failure and frees what is held; called instead of, or after, either half. */
  void fail(Throwable failure);
}
