package io.holdfast.platform.hikcloud.rest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.error.TransientException;
import io.holdfast.platform.http.BoundedHttp;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.TransportFailure;
import io.holdfast.platform.http.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signed requests to one compute platform under one Access Key. Every wait is bounded. Thread-safe.
 */
public final class CloudHttp {
  private static final Logger LOG = LoggerFactory.getLogger(CloudHttp.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> PASSING = Set.of(502, 503, 504);
  private static final int PAGE_SIZE = 100;
  private static final String OUTCOME = "outcome";
  private static final String UNDONE = "undone";

  /** The HTTP client by itself repeats a GET whose connection broke, with its nonce. */
  private static final int NONCE_ATTEMPTS = 4;

  private final CloudEndpoint endpoint;
  private final Signer signer;
  private final BoundedHttp http;

  /** The form of what is signed that the platform took, or the one to begin with. */
  private volatile boolean emptyLines;

  private volatile boolean proven;

  public CloudHttp(
      CloudEndpoint endpoint,
      String secretKey,
      HttpClient client,
      RequestTimings timings,
      Waiting waiting) {
    this.endpoint = endpoint;
    this.signer = new Signer(endpoint.accessKey(), secretKey);
    TransportFailure failure = new TransportFailure(endpoint.host(), endpoint.port());
    this.http = new BoundedHttp("platform", failure, client, timings, waiting);
  }

  public CloudEndpoint endpoint() {
    return endpoint;
  }

  public RequestTimings timings() {
    return http.timings();
  }

  public Waiting waiting() {
    return http.waiting();
  }

  /** What is underneath. */
  BoundedHttp requests() {
    return http;
  }

  /** Forgets the Secret Key; requests after this are refused. */
  public void forget() {
    signer.forget();
    proven = false;
  }

  /**
   * Reads. Broken connections, 429, 500, 502…504 and unreadable replies are tried again (OPT-15).
   *
   * @throws BackupException what the last attempt met; a refusal is a reply, not an exception
   */
  public CloudReply get(CloudPath path) {
    return repeated("GET", path, Map.of());
  }

  /** As {@link #get}, for a changing call that does no harm when it is made twice. */
  public CloudReply repeated(String method, CloudPath path, Map<String, ?> body) {
    Instant end = http.end();
    for (int attempt = 1; ; attempt++) {
      try {
        return send(method, path, body);
      } catch (TransientException e) {
        if (http.givenUp(e, attempt, end)) {
          throw e;
        }
        LOG.debug("Attempt {} of {} {}: {}", attempt, method, path, e.getMessage());
      }
      http.pause(attempt);
    }
  }

  /** Whether a call that failed was certainly not carried out. */
  static boolean isUndone(TransientException failed) {
    return UNDONE.equals(failed.parameters().get(OUTCOME));
  }

  /**
   * All pages of a list, each thing once. A platform that tells no total is asked until a page
   * brings nothing new.
   *
   * @return the things, or the refusal of the first page that was refused
   */
  public Pages all(CloudPath path) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    for (int page = 1; ; page++) {
      CloudReply reply = get(path.with("page", page).with("size", PAGE_SIZE));
      if (reply.refused()) {
        return new Pages(List.of(), Optional.of(reply));
      }
      JsonNode list = reply.data().isArray() ? reply.data() : reply.data().path("list");
      int before = found.size();
      list.forEach(each -> found.putIfAbsent(each.path("id").asText(""), each));
      long total = reply.data().path("total").asLong(Long.MAX_VALUE);
      if (found.size() == before || found.size() >= total || reply.data().isArray()) {
        return new Pages(new ArrayList<>(found.values()), Optional.empty());
      }
    }
  }

  /**
   * @param things in the platform's order
   * @param refusal instead of them
   */
  public record Pages(List<JsonNode> things, Optional<CloudReply> refusal) {}

  /**
   * Sends once (a first request may cost one more, to find which form of signature is wanted).
   * After an exception of kind TRANSIENT the request may or may not have reached the platform.
   *
   * @param body of a changing call; empty for none
   */
  public CloudReply send(String method, CloudPath path, Map<String, ?> body) {
    http.requireResolved();
    Optional<byte[]> bytes = body.isEmpty() ? Optional.empty() : Optional.of(bytes(body));
    boolean form = emptyLines;
    boolean other = false;
    for (int attempt = 1; ; attempt++) {
      CloudReply reply = exchange(method, path, bytes, form);
      if (reply.status() != 401) {
        proven = true;
        emptyLines = form;
        return reply;
      }
      boolean formMayBeWrong = reply.code().equals(CloudCode.SIGNATURE) && !proven && !other;
      boolean nonceUsed = reply.code().equals(CloudCode.NONCE) && attempt < NONCE_ATTEMPTS;
      if (formMayBeWrong) {
        other = true;
        form = !form;
      } else if (!nonceUsed) {
        throw loginRefused(reply.words());
      }
    }
  }

  private static byte[] bytes(Map<String, ?> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not expressible as JSON", e);
    }
  }

  private CloudReply exchange(
      String method, CloudPath path, Optional<byte[]> body, boolean withEmptyLines) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + path.target()))
            .timeout(http.timings().reply())
            .method(method, body.map(BodyPublishers::ofByteArray).orElse(BodyPublishers.noBody()));
    signer
        .headers(method, path, body, http.waiting().now().toEpochMilli(), withEmptyLines)
        .forEach(request::header);
    return reply(method, path, http.exchange(request.build()));
  }

  private CloudReply reply(String method, CloudPath path, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    Optional<CloudReply> read = read(method + " " + path, status, response.body());
    String words = read.map(CloudReply::words).orElse(Reason.words("HTTP " + status));
    if (status == 429 || read.filter(each -> each.code().equals(CloudCode.TOO_MANY)).isPresent()) {
      throw busy(method, path, words, UNDONE);
    }
    if (PASSING.contains(status) || (status == 500 && method.equals("GET"))) {
      throw busy(method, path, words, "unknown");
    }
    if (status == 403) {
      throw loginRefused(words);
    }
    if (read.isPresent()) {
      return read.get();
    }
    if (status >= 200 && status <= 299) {
      throw BackupException.of(
          ErrorCode.PLATFORM_REPLY_UNREADABLE,
          "address",
          endpoint.authority(),
          "operation",
          method + " " + path,
          "cause",
          Reason.of(ReasonCode.NOT_THE_PLATFORMS_JSON));
    }
    return new CloudReply(
        method + " " + path, status, MissingNode.getInstance(), "HTTP " + status, "", "");
  }

  /** The envelope; empty when it is none. */
  private static Optional<CloudReply> read(String call, int status, byte[] body) {
    try {
      JsonNode envelope = JSON.readTree(body);
      if (!envelope.has("code")) {
        return Optional.empty();
      }
      return Optional.of(
          new CloudReply(
              call,
              status,
              envelope.path("data"),
              envelope.path("code").asText(""),
              envelope.path("message").asText(""),
              envelope.path("requestId").asText("")));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private BackupException loginRefused(String reason) {
    return BackupException.of(
        ErrorCode.PLATFORM_LOGIN_REFUSED,
        "address",
        endpoint.authority(),
        "user",
        endpoint.accessKey(),
        "cause",
        reason);
  }

  private BackupException busy(String method, CloudPath path, String words, String outcome) {
    return BackupException.of(
        ErrorCode.PLATFORM_BUSY,
        "address",
        endpoint.authority(),
        "operation",
        method + " " + path,
        "attempts",
        http.timings().retries() + 1,
        "cause",
        words,
        OUTCOME,
        outcome);
  }
}
