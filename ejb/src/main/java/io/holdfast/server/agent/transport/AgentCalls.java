package io.holdfast.server.agent.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls to one agent, with their failures mapped. Thread-safe.
 *
 * @param agentName how messages name the agent
 */
record AgentCalls(String agentName, Channel channel) {

  /** Asks and waits. */
  <Q, A> A ask(MethodDescriptor<Q, A> method, Duration limit, Q request) {
    try {
      return ClientCalls.blockingUnaryCall(channel, method, options(limit), request);
    } catch (StatusRuntimeException failure) {
      throw mapped(method, limit, failure);
    }
  }

  /**
   * Asks without waiting; the stage fails with a {@link BackupException}, and cancelling its future
   * ends the call.
   */
  <Q, A> CompletionStage<A> askLater(MethodDescriptor<Q, A> method, Duration limit, Q request) {
    return askLater(method, options(limit), limit, request);
  }

  /** As above without a time limit; a connection that dies ends it (keep-alive). */
  <Q, A> CompletionStage<A> askLater(MethodDescriptor<Q, A> method, Q request) {
    return askLater(method, CallOptions.DEFAULT, Duration.ZERO, request);
  }

  private <Q, A> CompletionStage<A> askLater(
      MethodDescriptor<Q, A> method, CallOptions options, Duration limit, Q request) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    ClientCall<Q, A> call = channel.newCall(method, options);
    answer.whenComplete(
        (value, failure) -> {
          if (answer.isCancelled()) {
            call.cancel("given up", failure);
          }
        });
    ClientCalls.asyncUnaryCall(
        call,
        request,
        new StreamObserver<A>() {
          @Override
          public void onNext(A value) {
            answer.complete(value);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(mapped(method, limit, failure));
          }

          @Override
          public void onCompleted() {
            // A unary call without an answer is reported by onError.
          }
        });
    return answer;
  }

  /** Asks and hands on each answer on this thread; a consumer that throws ends the call. */
  <Q, A> void askEach(MethodDescriptor<Q, A> method, Duration limit, Q request, Consumer<A> each) {
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      call.run(
          () -> {
            Iterator<A> answers =
                ClientCalls.blockingServerStreamingCall(channel, method, options(limit), request);
            while (hasNext(answers, method, limit)) {
              each.accept(answers.next());
            }
          });
    }
  }

  private <A> boolean hasNext(Iterator<A> answers, MethodDescriptor<?, A> method, Duration limit) {
    try {
      return answers.hasNext();
    } catch (StatusRuntimeException failure) {
      throw mapped(method, limit, failure);
    }
  }

  private static CallOptions options(Duration limit) {
    return CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private BackupException mapped(MethodDescriptor<?, ?> method, Duration limit, Throwable failure) {
    return ErrorTrailer.toException(
        failure,
        ErrorCode.AGENT_UNREACHABLE,
        Map.of(
            "agent",
            agentName,
            "operation",
            String.valueOf(method.getBareMethodName()),
            "seconds",
            Long.toString(limit.toSeconds())));
  }
}
