package io.holdfast.platform.http;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.TransientException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests to one platform whose every wait is bounded, and when repeating them is given up
 * (OPT-15). Thread-safe.
 */
public final class BoundedHttp {
  /** The client's own time limit comes first where it can. */
  private static final long GRACE_MILLIS = 1000;

  private final String platform;
  private final HttpClient client;
  private final RequestTimings timings;
  private final Waiting waiting;
  private final TransportFailure failure;

  /**
   * @param platform what is told to have been interrupted
   */
  public BoundedHttp(
      String platform,
      TransportFailure failure,
      HttpClient client,
      RequestTimings timings,
      Waiting waiting) {
    this.platform = platform;
    this.failure = failure;
    this.client = client;
    this.timings = timings;
    this.waiting = waiting;
  }

  /** A client for all connections of a driver: no redirects, no proxy of the environment. */
  public static HttpClient client(RequestTimings timings) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timings.connect())
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .build();
  }

  /** The time limits with the repetitions that an access asks for. */
  public static RequestTimings timings(RequestTimings usual, PlatformAccess access) {
    return access.hasRequestRetries() ? usual.withRetries(access.getRequestRetries()) : usual;
  }

  public RequestTimings timings() {
    return timings;
  }

  public Waiting waiting() {
    return waiting;
  }

  /** PLATFORM_NAME_UNRESOLVED when the host name has no address here. */
  public void requireResolved() {
    failure.requireResolved();
  }

  /**
   * Sends and waits for the whole reply: the client's own time limit covers its head only.
   *
   * @throws BackupException as {@link TransportFailure#because}; INTERRUPTED
   */
  public HttpResponse<byte[]> exchange(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return pending.get(timings.reply().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure.because(e.getCause());
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw failure.because(e);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(e, ErrorCode.INTERRUPTED, "what", platform);
    }
  }

  /** No repetition of a request to a platform that is away begins after this. */
  public Instant end() {
    return waiting.now().plus(timings.retryBudget());
  }

  /** A platform that is busy is asked all the times, one that is away only until {@code end}. */
  public boolean givenUp(TransientException failed, int attempt, Instant end) {
    return attempt > timings.retries()
        || failed.code() == ErrorCode.INTERRUPTED
        || (failed.code() == ErrorCode.PLATFORM_UNREACHABLE && waiting.now().isAfter(end));
  }

  /** Waits before repetition {@code attempt} (1…). */
  public void pause(int attempt) {
    waiting.pause(timings.pause(attempt));
  }
}
