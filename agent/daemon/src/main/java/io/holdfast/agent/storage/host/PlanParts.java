package io.holdfast.agent.storage.host;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.PlanPart;
import io.holdfast.agent.protocol.PlanStored;
import io.holdfast.agent.protocol.SessionDiskRequest;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A disk's plan as it arrives, part by part: the transport puts parts in, the one thread that
 * stores the plan takes them out. One part more is asked for when one was taken, so memory does not
 * grow with the plan.
 */
public final class PlanParts implements StreamObserver<PlanPart> {
  private static final int MAX_STREAMS = 64;

  /** A plan is stored under the session's lock: nobody waits longer for one part. */
  private static final int PART_SECONDS = 120;

  /** What the transport has brought: a part, the end, or that it broke off. */
  private record Arrival(Optional<PlanPart> part, Optional<Throwable> failure) {}

  private final ServerCallStreamObserver<PlanStored> call;
  private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(4);
  private PlanPart first = PlanPart.getDefaultInstance();
  private Optional<PlanPart> current = Optional.empty();
  private int nextItem;
  private boolean ended;

  /**
   * @param observer of the call; parts are asked for by hand from here on
   */
  public PlanParts(StreamObserver<PlanStored> observer) {
    this.call = (ServerCallStreamObserver<PlanStored>) observer;
    call.disableAutoRequest();
    call.request(1);
  }

  @Override
  public void onNext(PlanPart part) {
    arrivals.add(new Arrival(Optional.of(part), Optional.empty()));
  }

  @Override
  public void onError(Throwable failure) {
    arrivals.add(new Arrival(Optional.empty(), Optional.of(failure)));
  }

  @Override
  public void onCompleted() {
    arrivals.add(new Arrival(Optional.empty(), Optional.empty()));
  }

  /** Whose plan it is; waits for the first part. */
  public SessionDiskRequest disk() {
    advance();
    first = current.orElseThrow(PlanParts::brokenOff);
    return first.getDisk();
  }

  /** What bytes outside all ranges are. */
  public Gap gap() {
    return first.getGapIsBase() ? Gap.BASE : Gap.ZERO;
  }

  /** The streams, to be walked once and in order. */
  public List<Iterable<PlanItem>> streams() {
    if (first.getStreamCount() < 0 || first.getStreamCount() > MAX_STREAMS) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "stream_count",
          "value",
          first.getStreamCount(),
          "min",
          0,
          "max",
          MAX_STREAMS);
    }
    List<Iterable<PlanItem>> result = new ArrayList<>();
    for (int i = 0; i < first.getStreamCount(); i++) {
      int stream = i;
      result.add(() -> new Items(stream));
    }
    return result;
  }

  private void advance() {
    nextItem = 0;
    current = Optional.empty();
    if (ended) {
      return;
    }
    Arrival arrival = taken();
    if (arrival.failure().isPresent()) {
      ended = true;
      throw brokenOff();
    }
    current = arrival.part();
    ended = current.isEmpty();
    if (!ended) {
      call.request(1);
    }
  }

  private Arrival taken() {
    try {
      Arrival arrival = arrivals.poll(PART_SECONDS, TimeUnit.SECONDS);
      if (arrival == null) {
        ended = true;
        throw brokenOff();
      }
      return arrival;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "plan");
    }
  }

  private static BackupException brokenOff() {
    return BackupException.of(ErrorCode.INTERRUPTED, "what", "plan");
  }

  /** The items of one stream; those of earlier streams were walked before. */
  private final class Items implements Iterator<PlanItem> {
    private final int stream;

    private Items(int stream) {
      this.stream = stream;
    }

    @Override
    public boolean hasNext() {
      while (current.isPresent() && nextItem >= current.get().getItemsCount()) {
        advance();
      }
      return current.isPresent() && current.get().getStream() == stream;
    }

    @Override
    public PlanItem next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more items in stream " + stream);
      }
      return SessionTexts.item(current.get().getItems(nextItem++));
    }
  }
}
