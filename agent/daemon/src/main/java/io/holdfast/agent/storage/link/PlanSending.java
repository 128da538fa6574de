package io.holdfast.agent.storage.link;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.holdfast.agent.protocol.PlanPart;
import io.holdfast.agent.protocol.PlanStored;
import io.holdfast.agent.protocol.SessionDiskRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends a disk's plan as fast as the other end stores it: memory does not grow with the plan. Used
 * once, by one thread.
 */
final class PlanSending implements ClientResponseObserver<PlanPart, PlanStored> {
  private static final int LIMIT_MINUTES = 30;
  private static final int ITEMS_PER_PART = 512;
  private static final int RANGES_PER_PART = 3 * 16_384;

  private final LinkCalls calls;
  private final SessionDiskRequest disk;
  private final Gap gap;
  private final CompletableFuture<PlanStored> answer = new CompletableFuture<>();
  private ClientCallStreamObserver<PlanPart> call;
  private int ranges;

  PlanSending(LinkCalls calls, SessionDiskRequest disk, Gap gap) {
    this.calls = calls;
    this.disk = disk;
    this.gap = gap;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<PlanPart> starting) {
    call = starting;
    starting.setOnReadyHandler(this::wake);
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** Sends all and waits for the answer. */
  PlanStored send(List<? extends Iterable<PlanItem>> streams) {
    StorageGrpc.newStub(calls.link().channel())
        .withDeadlineAfter(LIMIT_MINUTES, TimeUnit.MINUTES)
        .storePlan(this);
    PlanPart.Builder part =
        PlanPart.newBuilder()
            .setDisk(disk)
            .setGapIsBase(gap == Gap.BASE)
            .setStreamCount(streams.size());
    try {
      sendAll(part, streams);
    } catch (RuntimeException | Error unreadable) {
      // The other end waits for the rest under its session's lock.
      call.cancel("the plan cannot be sent", unreadable);
      throw unreadable;
    }
    return Joined.result(answer);
  }

  private void sendAll(PlanPart.Builder part, List<? extends Iterable<PlanItem>> streams) {
    for (int stream = 0; stream < streams.size() && !answer.isDone(); stream++) {
      part.setStream(stream);
      for (PlanItem item : streams.get(stream)) {
        part.addItems(SessionTexts.of(item));
        ranges += item.ranges().size();
        if (part.getItemsCount() >= ITEMS_PER_PART || ranges >= RANGES_PER_PART) {
          give(part);
        }
      }
      give(part);
    }
    if (streams.isEmpty()) {
      give(part);
    }
    if (!answer.isDone()) {
      call.onCompleted();
    }
  }

  private void give(PlanPart.Builder part) {
    awaitReady();
    if (!answer.isDone()) {
      call.onNext(part.build());
    }
    part.clearItems().clearDisk();
    ranges = 0;
  }

  private synchronized void awaitReady() {
    boolean interrupted = false;
    while (!call.isReady() && !answer.isDone()) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onNext(PlanStored stored) {
    answer.complete(stored);
  }

  @Override
  public void onError(Throwable failure) {
    answer.completeExceptionally(calls.mapped(failure));
    wake();
  }

  @Override
  public void onCompleted() {
    wake();
  }
}
